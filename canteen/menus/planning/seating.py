"""Positions for the dishes of a cell. Pure."""

from collections.abc import Mapping, Sequence

from canteen.menus.planning.facts import Cell, CellKey, Placement, PlanFacts


def seated(facts: PlanFacts, chosen: Mapping[CellKey, Sequence[int]]) -> tuple[Placement, ...]:
    """A plan of these dishes in these cells.

    What is pinned has its position, what stood in the cell before keeps its own, and the others
    take what is left in the order of the cell's categories. Dishes beyond the places of a cell
    are left out.
    """
    before: dict[CellKey, dict[int, int]] = {}
    for one in facts.before:
        before.setdefault(one.key, {})[one.position] = one.dish_id
    return tuple(
        Placement(
            day=cell.day, period=cell.period, slot=cell.slot, position=position, dish_id=dish_id
        )
        for cell in facts.cells
        for position, dish_id in sorted(
            _seats(facts, cell, chosen.get(cell.key, ()), before.get(cell.key, {})).items()
        )
    )


def _seats(
    facts: PlanFacts, cell: Cell, dish_ids: Sequence[int], before: Mapping[int, int]
) -> dict[int, int]:
    seats: dict[int, int] = {}
    for wanted in (cell.pinned, before):
        for position, dish_id in wanted.items():
            free = position < cell.places and position not in seats
            if free and dish_id in dish_ids and dish_id not in seats.values():
                seats[position] = dish_id
    rest = [one for one in dish_ids if one not in seats.values()]
    rest.sort(key=lambda one: (_rank(cell, facts.by_id[one].category), one))
    left = (position for position in range(cell.places) if position not in seats)
    return seats | dict(zip(left, rest, strict=False))


def _rank(cell: Cell, category: str) -> int:
    return cell.categories.index(category) if category in cell.categories else len(cell.categories)
