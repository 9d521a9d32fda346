"""Who lives behind the doors: families, elders, hardship with its papers."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from canteen.demo import names
from canteen.demo.cards import issue_cards
from canteen.demo.cast import CAST, Part
from canteen.demo.hardship import give_tags, write_tags
from canteen.demo.places import phone
from canteen.demo.world import Community, Door, Human, World
from canteen.ledger.models import Account, AccountKind
from canteen.residents import diets
from canteen.residents.identity import check_sign
from canteen.residents.models import Resident, SearchKey
from canteen.residents.pinyin import search_keys, sort_key
from canteen.residents.registration import secret_columns

HUKOU = ("示例市", "示范区", "幸福里街道")
_PROVINCES = (
    36,
    *range(11, 16),
    *range(21, 24),
    *range(31, 36),
    37,
    *range(41, 47),
    *range(50, 55),
)
_NO_PREFECTURE = "99"
"""Third and fourth digit of every ID number here: no province has a prefecture 99."""
_DIETS = ("low_salt", "low_sugar", "low_fat", "no_spicy", "no_pork", "no_fish", "allergy_peanut")


@dataclass(slots=True)
class Member:
    """One of a family before they have a number."""

    gender: str
    age: int
    surname: str
    part: Part | None = None


def settle_people(world: World, community: Community) -> None:
    """Fill every door; then say who is in hardship, who comes to eat, who gets a card."""
    kinds = _kinds(world)
    if community.number == 1:
        _seat_the_cast(kinds, community.doors)
    registry = _Registry(world, community)
    for door, kind in zip(community.doors, kinds, strict=True):
        family = _family(world.rng, kind, _part_at(community, door))
        if kind == "alone":
            community.alone.add(door.household_id)
        people = [registry.enter(member, door) for member in family]
        community.elders += [person for person in people if person.age(world.today) >= 60]
        world.tell("居民 / residents", len(people))
    give_tags(world, community)
    registry.write()
    write_tags(world, community)
    issue_cards(world, community)


def _kinds(world: World) -> list[str]:
    size = world.size
    kinds = (
        ["alone"] * size.alone
        + ["couple"] * size.couples
        + ["one_elder"] * size.with_one_elder
        + ["two_elders"] * size.with_two_elders
        + ["young4"] * size.young_of_four
        + ["young3"] * (size.young - size.young_of_four)
    )
    world.rng.shuffle(kinds)
    return kinds


def _part_at(community: Community, door: Door) -> Part | None:
    if community.number != 1:
        return None
    return CAST.get((door.building, door.unit, door.room))


def _seat_the_cast(kinds: list[str], doors: list[Door]) -> None:
    """Exchange households so that the named people live where they are said to live."""
    seats = {(door.building, door.unit, door.room): place for place, door in enumerate(doors)}
    taken = {seats[seat] for seat in CAST}
    for seat, part in CAST.items():
        here = seats[seat]
        if kinds[here] == part.kind:
            continue
        there = next(
            place
            for place, kind in enumerate(kinds)
            if kind == part.kind and (place not in taken or place == here)
        )
        kinds[here], kinds[there] = kinds[there], kinds[here]


def _family(rng: random.Random, kind: str, part: Part | None) -> list[Member]:
    """The members of a household, the named one first."""
    his, hers = names.surname(rng), names.surname(rng)
    if kind == "alone":
        woman = rng.random() < 0.66
        age = int(rng.triangular(62, 94, 76))
        family = [Member("female" if woman else "male", age, hers if woman else his)]
    elif kind in ("couple", "two_elders"):
        age = int(rng.triangular(62, 89, 70))
        family = [
            Member("male", age, his),
            Member("female", max(60, age - rng.randint(-2, 6)), hers),
        ]
    elif kind == "one_elder":
        woman = rng.random() < 0.6
        age = int(rng.triangular(61, 93, 73))
        family = [Member("female" if woman else "male", age, hers if woman else his)]
    else:
        family = []
    if kind in ("one_elder", "two_elders"):
        family += _children(rng, his, min(member.age for member in family) - rng.randint(23, 30), 1)
    if kind.startswith("young"):
        family += _children(rng, his, rng.randint(28, 54), int(kind[-1]) - 2)
    if part is not None:
        family[0].gender, family[0].age, family[0].part = part.gender, part.age, part
        family[0].surname = part.name[:1]
    return family


def _children(rng: random.Random, surname: str, age: int, children: int) -> list[Member]:
    """A couple below 60 and their children."""
    age = min(max(age, 24), 58)
    wife = min(58, age - rng.randint(-2, 4))
    return [
        Member("male", age, surname),
        Member("female", wife, names.surname(rng)),
        *(
            Member(rng.choice(("female", "male")), max(0, wife - rng.randint(22, 32)), surname)
            for _ in range(children)
        ),
    ]


class _Registry:
    """Gives people their papers. What tags say of them is known only later: rows wait."""

    def __init__(self, world: World, community: Community) -> None:
        self._world = world
        self._community = community
        self._orders: dict[tuple[date, str], int] = {}
        self._people: list[Human] = []
        self._families: dict[int, list[Human]] = {}

    def enter(self, member: Member, door: Door) -> Human:
        world, part = self._world, member.part
        number = world.rows.number(Resident)
        birthday = part.birthday(world.today) if part else self._birthday(member.age)
        given = names.given(world.rng, gender=member.gender, age=member.age)
        person = Human(
            id=number,
            name=part.name if part else member.surname + given,
            gender=member.gender,
            birthday=birthday,
            door=door,
            phone=phone(20_000 + number) if member.age >= 14 else "",
            hukou=HUKOU if part or world.rng.random() < 0.92 else (),
            part=part.code if part else "",
        )
        self._people.append(person)
        self._families.setdefault(door.household_id, []).append(person)
        return person

    def write(self) -> None:
        for person in self._people:
            self._write(person)

    def _birthday(self, age: int) -> date:
        world = self._world
        last = world.today.replace(year=world.today.year - age, day=min(world.today.day, 28))
        return last - timedelta(days=world.rng.randint(1, 364))

    def _write(self, person: Human) -> None:
        world, rng = self._world, self._world.rng
        city, district, town = person.hukou or ("", "", "")
        elder = person.age(world.today) >= 60
        contact = self._contact(person) if elder else None
        world.rows.add(
            Resident,
            id=person.id,
            household_id=person.door.household_id,
            site_id=self._community.site_id,
            name=person.name,
            sort_name=sort_key(person.name),
            gender=person.gender,
            birthday=person.birthday,
            phone=person.phone,
            phone_tail=person.phone[-4:],
            hukou_city=city,
            hukou_district=district,
            hukou_town=town,
            mobility=person.mobility,
            texture=_texture(rng, person, world.today),
            diets=_diets_of(rng) if elder else "",
            diet_note="牙不好，饭要软" if elder and rng.random() < 0.03 else "",
            may_leave_at_door=elder and rng.random() < 0.3,
            contact_name=contact[0] if contact else "",
            contact_relation=contact[1] if contact else "",
            contact_phone=contact[2] if contact else "",
            status=person.status,
            ended_on=person.ended_on,
            created_at=world.now - timedelta(days=200),
            **secret_columns(self._id_number(person), world.keys),
        )
        for key in sorted(search_keys(person.name)):
            world.rows.add(SearchKey, resident_id=person.id, key=key)
        world.rows.add(
            Account,
            kind=AccountKind.WALLET,
            code=f"wallet:{person.id}",
            resident_id=person.id,
            site_id=None,
            balance_fen=0,
        )

    def _id_number(self, person: Human) -> str:
        """18 signs with a true check sign and a place that does not exist."""
        key = (person.birthday, person.gender)
        turn = self._orders[key] = self._orders.get(key, -1) + 1
        order = 2 * turn + (1 if person.gender == "male" else 2)
        province, county = divmod(self._community.number, 100)
        place = f"{_PROVINCES[province]}{_NO_PREFECTURE}{county:02d}"
        first17 = f"{place}{person.birthday:%Y%m%d}{order:03d}"
        return first17 + check_sign(first17)

    def _contact(self, person: Human) -> tuple[str, str, str] | None:
        """A grown child at home, the spouse, or a child who lives elsewhere."""
        rng = self._world.rng
        family = [one for one in self._families[person.door.household_id] if one is not person]
        younger = [one for one in family if one.phone and one.age(self._world.today) < 60]
        if younger:
            other = younger[0]
            return other.name, "儿子" if other.gender == "male" else "儿媳", other.phone
        if family and rng.random() < 0.5:
            return family[0].name, "老伴", family[0].phone
        gender = rng.choice(("female", "male"))
        surname = person.name[0] if person.gender == "male" else names.surname(rng)
        name = surname + names.given(rng, gender=gender, age=45)
        relation = "儿子" if gender == "male" else "女儿"
        return name, relation, phone(60_000 + person.id)


def _texture(rng: random.Random, person: Human, today: date) -> str:
    age = person.age(today)
    if age < 70:
        return "normal"
    if person.mobility == "homebound" and rng.random() < 0.12:
        return "pureed"
    return "soft" if rng.random() < (0.35 if age >= 80 else 0.12) else "normal"


def _diets_of(rng: random.Random) -> str:
    count = rng.choices((0, 1, 2), (62, 30, 8))[0]
    return diets.joined(rng.sample(_DIETS, count))
