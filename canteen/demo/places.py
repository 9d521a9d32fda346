"""The four-level grid of a community and every door in it."""

from canteen.demo import names
from canteen.demo.size import Compound
from canteen.demo.world import Community, Door, World
from canteen.foundation.geography import Point
from canteen.residents.addresses import node_sort_key
from canteen.residents.models import GridNode, Household, Level

COMMUNITY = "幸福里社区"
_NOTES = (
    "门铃坏了，请敲门",
    "耳背，多敲几下",
    "家里有小狗，不咬人",
    "钥匙在邻居 202 处",
    "请走后门坡道",
)


def lay_grid(world: World, community: Community) -> None:
    """社区—小区—楼栋—单元, each with its leader, and the households of every unit."""
    number = community.number
    name = COMMUNITY if number == 1 else f"{COMMUNITY}第{number}分区"
    top = _Node(world, None, Level.COMMUNITY, name)
    building_number = 0
    for place, compound in enumerate(world.size.compounds):
        below = _Node(world, top, Level.COMPOUND, compound.name)
        for row in range(compound.buildings):
            building_number += 1
            building = _Node(
                world, below, Level.BUILDING, f"{building_number}栋", at=_stands(number, place, row)
            )
            for unit_number in range(1, compound.units + 1):
                unit = _Node(
                    world, building, Level.UNIT, f"{unit_number}单元", lift=compound.has_lift
                )
                community.doors += _doors(
                    world, compound, place, building.id, building_number, unit_number, unit.id
                )


def canteen_of(number: int) -> Point:
    """Where the canteen of a community stands: each a few streets from the last."""
    return Point(28.6720 + 0.012 * (number - 1), 115.9060)


def _stands(number: int, compound: int, row: int) -> Point:
    """Buildings in two rows, each compound on another side of the canteen."""
    home = canteen_of(number)
    north, east = ((180, 90), (-160, 60), (40, -320))[compound % 3]
    north, east = north + 55 * (row % 2) + 20 * compound, east + 70 * (row // 2) + 12 * row
    return Point(round(home.lat + north / 111_195, 6), round(home.lon + east / 97_560, 6))


class _Node:
    """A row of the grid, known by its path before it is written."""

    def __init__(
        self,
        world: World,
        parent: "_Node | None",
        level: Level,
        name: str,
        *,
        lift: bool | None = None,
        at: Point | None = None,
    ) -> None:
        self.sort_key: str = node_sort_key(parent.sort_key if parent else "", name)
        self.id: int = world.rows.number(GridNode)
        self.path: str = f"{parent.path if parent else '/'}{self.id}/"
        age = world.rng.randint(30, 68)
        gender = world.rng.choice(("female", "male"))
        world.rows.add(
            GridNode,
            id=self.id,
            parent_id=parent.id if parent else None,
            level=level,
            name=name,
            path=self.path,
            sort_key=self.sort_key,
            leader_name=names.surname(world.rng) + names.given(world.rng, gender=gender, age=age),
            leader_phone=phone(self.id),
            has_lift=lift,
            latitude=at.lat if at else None,
            longitude=at.lon if at else None,
        )


def phone(number: int) -> str:
    """A telephone number that can be told at a glance to be nobody's: 138 000x xxxx."""
    return f"138000{number % 100_000:05d}"


def _doors(
    world: World,
    compound: Compound,
    place: int,
    building_id: int,
    building: int,
    unit: int,
    unit_id: int,
) -> list[Door]:
    doors = []
    for floor in range(1, compound.floors + 1):
        for side in range(1, compound.doors + 1):
            room = f"{floor}{side:02d}"
            note = world.rng.choice(_NOTES) if world.rng.random() < 0.04 else ""
            number = world.rows.add(Household, unit_id=unit_id, room=room, door_note=note)
            doors.append(
                Door(
                    household_id=number,
                    unit_id=unit_id,
                    building_id=building_id,
                    compound=place,
                    building=building,
                    unit=unit,
                    room=room,
                    has_lift=compound.has_lift,
                )
            )
    return doors
