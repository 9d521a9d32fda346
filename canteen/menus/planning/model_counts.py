"""How soft rules count: sums that are bounded from below, because the solver minimises.

The least that can be made of each is what `scoring` counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from ortools.sat.python import cp_model

from canteen.menus.planning.draft import FAR, Draft, Spot, Terms
from canteen.menus.planning.rules import part_of


def sum_of(spots: Sequence[Spot], value: Callable[[Spot], int]) -> Terms:
    """What each dish that stands at these spots counts."""
    return Terms(
        variables=tuple(spot.variable for spot in spots),
        weights=tuple(value(spot) for spot in spots),
    )


def all_of(parts: Iterable[Terms]) -> Terms:
    """Several sums as one."""
    found = list(parts)
    return Terms(
        variables=tuple(one for part in found for one in part.variables),
        weights=tuple(one for part in found for one in part.weights),
        constant=sum(part.constant for part in found),
    )


def parts_of(
    spots: Sequence[Spot], value: Callable[[Spot], int]
) -> tuple[list[cp_model.IntVar], list[int]]:
    """Spots, and a value's part of each in one diner's set."""
    return [spot.variable for spot in spots], [part_of(value(spot), spot.cell) for spot in spots]


def excess(draft: Draft, spots: Sequence[Spot], most: int) -> Terms:
    """Dishes at these spots beyond `most`."""
    return above(draft, [spot.variable for spot in spots], [1] * len(spots), most, _room(spots))


def above(
    draft: Draft,
    variables: Sequence[cp_model.IntVar],
    weights: Sequence[int],
    most: int,
    highest: int | None = None,
) -> Terms:
    """By how much a sum is above `most`; `highest` is a limit of the sum that is known."""
    reach = sum(one for one in weights if one > 0)
    top = reach if highest is None else min(reach, highest)
    if top <= most:
        return Terms()
    over = draft.cp.new_int_var(0, top - most, "")
    draft.line([*variables, over], [*weights, -1], -FAR, most)
    return Terms(variables=(over,), weights=(1,))


def below(
    draft: Draft, variables: Sequence[cp_model.IntVar], weights: Sequence[int], least: int
) -> Terms:
    """By how much a sum of what is not negative is below `least`."""
    if least <= 0:
        return Terms()
    if not variables:
        return Terms(constant=least)
    under = draft.cp.new_int_var(0, least, "")
    draft.line([*variables, under], [*weights, 1], least, FAR)
    return Terms(variables=(under,), weights=(1,))


def absence(draft: Draft, spots: Sequence[Spot]) -> Terms:
    """1 if nothing stands at these spots."""
    return below(draft, [spot.variable for spot in spots], [1] * len(spots), 1)


def _room(spots: Sequence[Spot]) -> int:
    """How many dishes at most stand at these spots at once."""
    cells: dict[int, int] = defaultdict(int)
    places: dict[int, int] = {}
    for spot in spots:
        cells[id(spot.cell)] += 1
        places[id(spot.cell)] = spot.cell.places
    return sum(min(count, places[key]) for key, count in cells.items())


def presence(draft: Draft, spots: Sequence[Spot], beyond: Terms | None) -> cp_model.IntVar:
    """A variable that is 1 at least if something stands at these spots; `beyond` counts the dishes
    there beyond the first, where somebody does."""
    there = draft.cp.new_bool_var("")
    for of_cell in draft.grouped(lambda spot: (id(spot.cell),), spots).values():
        if of_cell[0].cell.places == 1:  # one dish at most: one line instead of many
            variables = [spot.variable for spot in of_cell]
            draft.line([*variables, there], [1] * len(variables) + [-1], -1, 0)
        else:
            for spot in of_cell:
                draft.imply(spot.variable, there)
    if beyond is not None:
        variables = [spot.variable for spot in spots]
        many = [there, *beyond.variables]
        weights = [1] * len(variables) + [-1] * len(many)
        draft.line([*variables, *many], weights, -FAR, 0)
    return there


def at_most_there(draft: Draft, spots: Sequence[Spot], *, kept: bool = True) -> cp_model.IntVar:
    """A variable that is 1 at most if something stands at these spots."""
    there = draft.cp.new_bool_var("")
    variables = [spot.variable for spot in spots]
    draft.line([*variables, there], [1] * len(variables) + [-1], 0, FAR, kept=kept)
    return there
