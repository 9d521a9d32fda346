"""How meals are counted, over which days, and whether the counts agree with the ledger."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from canteen.foundation.spreadsheets import Percent
from canteen.foundation.wording import Refusal

DINER = "diner"
GUEST = "guest"
"""The age band of who is no resident, and in the grid the place of those who have none."""
UNNAMED = "funder:"
"""A subsidy whose meal does not say who gave it: shown, never dropped."""


class Dimension(StrEnum):
    """The sides from which a meal is counted."""

    TOTAL = "total"
    PERIOD = "period"
    CHANNEL = "channel"
    AGE_BAND = "age_band"
    TAG = "tag"
    GRID = "grid"
    PAYER = "payer"
    PAID_BY = "paid_by"


OVERLAPPING = frozenset({Dimension.TAG, Dimension.PAYER})
"""A meal may carry two tags and have two payers: these meals do not add up to the total."""


@dataclass(frozen=True)
class Cell:
    """Meals that are alike in everything counted; amounts are sums over all of them.

    `tags` is ``;dibao;living_alone;``; `parts` the JSON list of who gave how much to *each*
    of these meals, as settlement wrote it.
    """

    service_date: date
    period_code: str
    channel: str
    age_band: str
    tags: str
    grid_node_id: int | None
    paid_by: str
    parts: str
    voided: bool
    meals: int
    price_fen: int
    subsidy_fen: int
    paid_fen: int


@dataclass(frozen=True)
class Count:
    """Standing meals and their money, and voided meals (a number only)."""

    meals: int = 0
    voided: int = 0
    price_fen: int = 0
    subsidy_fen: int = 0
    paid_fen: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.meals + other.meals,
            self.voided + other.voided,
            self.price_fen + other.price_fen,
            self.subsidy_fen + other.subsidy_fen,
            self.paid_fen + other.paid_fen,
        )

    def __sub__(self, other: "Count") -> "Count":
        return Count(
            self.meals - other.meals,
            self.voided - other.voided,
            self.price_fen - other.price_fen,
            self.subsidy_fen - other.subsidy_fen,
            self.paid_fen - other.paid_fen,
        )


@dataclass(frozen=True)
class Key:
    """Which count: the day, the side, and the code on that side (empty: none given)."""

    service_date: date
    dimension: Dimension
    code: str


Counts = dict[Key, Count]


def spread(cells: Iterable[Cell]) -> Counts:
    """Count every cell from every side. The fold and the live count both come from here."""
    counts: defaultdict[Key, Count] = defaultdict(Count)
    for cell in cells:
        for dimension, code, count in _sides(cell):
            counts[Key(cell.service_date, dimension, code)] += count
    return dict(counts)


def _sides(cell: Cell) -> Iterator[tuple[Dimension, str, Count]]:
    whole = _count_of(cell)
    yield Dimension.TOTAL, "", whole
    yield Dimension.PERIOD, cell.period_code, whole
    yield Dimension.CHANNEL, cell.channel, whole
    yield Dimension.AGE_BAND, cell.age_band or "unknown", whole
    for tag in tag_codes(cell.tags) or ("",):
        yield Dimension.TAG, tag, whole
    yield Dimension.GRID, "" if cell.grid_node_id is None else str(cell.grid_node_id), whole
    yield Dimension.PAID_BY, cell.paid_by, whole
    for payer, fen in _payers(cell).items():
        yield Dimension.PAYER, payer, _share(whole, payer, fen)


def _count_of(cell: Cell) -> Count:
    if cell.voided:
        return Count(voided=cell.meals)
    return Count(cell.meals, 0, cell.price_fen, cell.subsidy_fen, cell.paid_fen)


def _payers(cell: Cell) -> dict[str, int]:
    """Who carries how much of the cell; what the parts leave open stands under `UNNAMED`."""
    payers: defaultdict[str, int] = defaultdict(int)
    for part in json.loads(cell.parts or "[]"):
        payers[f"funder:{part['funder']}"] += int(part["amount_fen"]) * cell.meals
    open_fen = cell.subsidy_fen - sum(payers.values())
    if open_fen:
        payers[UNNAMED] += open_fen
    if cell.paid_fen:
        payers[DINER] = cell.paid_fen
    return {payer: fen for payer, fen in payers.items() if fen}


def _share(whole: Count, payer: str, fen: int) -> Count:
    """A payer's part: the price column holds it too, so that payers add up to the price."""
    if whole.voided:
        return Count(voided=whole.voided)
    subsidy = 0 if payer == DINER else fen
    return Count(whole.meals, 0, fen, subsidy, fen - subsidy)


def tag_codes(tags: str) -> tuple[str, ...]:
    """``;dibao;living_alone;`` as its codes, each once."""
    return tuple(dict.fromkeys(code for code in tags.split(";") if code))


def summed(counts: Mapping[Key, Count], dimension: Dimension) -> dict[str, Count]:
    """One side of all days together, by code."""
    sums: defaultdict[str, Count] = defaultdict(Count)
    for key, count in counts.items():
        if key.dimension is dimension:
            sums[key.code] += count
    return dict(sums)


def recoded(counts: Counts, dimension: Dimension, codes: Mapping[str, str]) -> Counts:
    """The same counts with one side's codes replaced: units by the building they stand in."""
    changed: Counts = {}
    for key, count in counts.items():
        other = key
        if key.dimension is dimension:
            other = Key(key.service_date, dimension, codes.get(key.code, ""))
        before = changed.get(other)
        changed[other] = count if before is None else before + count
    return changed


def guests_apart(counts: Counts) -> Counts:
    """The same counts by grid, guests under `GUEST` and no longer among those without a place.

    A guest is nobody's neighbour: "no address" is left to residents of whom it is missing.
    Who is a guest is known by the age band, so both sides must be among the counts.
    """
    changed = dict(counts)
    for key, guests in counts.items():
        nowhere = Key(key.service_date, Dimension.GRID, "")
        if key.dimension is Dimension.AGE_BAND and key.code == GUEST and nowhere in changed:
            changed[Key(key.service_date, Dimension.GRID, GUEST)] = guests
            rest = changed.pop(nowhere) - guests
            if rest != Count():
                changed[nowhere] = rest
    return changed


@dataclass(frozen=True)
class LedgerLine:
    """One account: what the meals say it moved, and what the ledger says."""

    account: str
    meals_fen: int
    ledger_fen: int

    @property
    def difference_fen(self) -> int:
        return self.meals_fen - self.ledger_fen


def reconcile(
    counts: Mapping[Key, Count], moved: Mapping[str, int], *, revenue: str
) -> tuple[LedgerLine, ...]:
    """The prices of all meals beside the takings, each funder's parts beside its account.

    `moved` is fen by account code, `revenue` the code of the site's takings. Takings first,
    then funders by code; an account that only one side knows stands here too.
    """
    said = {revenue: sum(count.price_fen for count in summed(counts, Dimension.TOTAL).values())}
    for payer, count in summed(counts, Dimension.PAYER).items():
        if payer != DINER:
            said[payer] = count.subsidy_fen
    accounts = sorted({*said, *moved}, key=lambda account: (account != revenue, account))
    return tuple(LedgerLine(one, said.get(one, 0), moved.get(one, 0)) for one in accounts)


def agrees(lines: Iterable[LedgerLine]) -> bool:
    """Whether meals and ledger say the same, account by account."""
    return all(line.difference_fen == 0 for line in lines)


@dataclass(frozen=True)
class Coverage:
    """One day of a register: who is on it, and who of them had a standing meal."""

    day: date
    registered: int
    served: int

    @property
    def missing(self) -> int:
        return self.registered - self.served


def rate(part: int, whole: int) -> Percent | str:
    """111 of 123 as ``90.24%``: computed with integers, half up; a dash without a whole."""
    return Percent((part * 10_000 * 2 + whole) // (2 * whole)) if whole else "—"


def rate_text(part: int, whole: int) -> str:
    """The same as words."""
    return str(rate(part, whole))


def unknown(what: str, value: str) -> Refusal:
    """A word in the address that names nothing we count by."""
    return Refusal("statistics_unknown_choice", {"what": what, "value": value[:30]})
