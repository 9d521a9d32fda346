"""Counting a drawer, and who may look into whose. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from canteen.foundation.money import yuan
from canteen.foundation.wording import Refusal

DENOMINATIONS = (100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10, 1)
"""Notes and coins in use, in fen: 100, 50, 20, 10, 5, 1 yuan, 5 jiao, 1 jiao; fen coins of 5, 2
and 1 are rare and counted together, by the fen: a price to the fen must be countable."""
MOST_PIECES = 99_999


@dataclass(frozen=True, kw_only=True)
class Count:
    """A counted drawer. `pieces` is (denomination in fen, how many), largest first."""

    total_fen: int
    pieces: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The pieces as they are kept: ``10000x3 500x2``; "" where only a total was given."""
        return " ".join(f"{fen}x{number}" for fen, number in self.pieces)


def read_pieces(text: str) -> tuple[tuple[int, int], ...]:
    """The pieces of `Count.text`. Raises ValueError for anything else."""
    pairs = (pair.split("x") for pair in text.split())
    return tuple((int(fen), int(number)) for fen, number in pairs)


def count_drawer(pieces: Mapping[int, int | None], total_fen: int | None) -> Count | Refusal:
    """A count by denomination, or a quick total, or both where they agree.

    Codes: count_missing; count_disagrees (`pieces`, `total` in yuan).
    """
    given = tuple((fen, number) for fen in DENOMINATIONS if (number := pieces.get(fen)) is not None)
    if not given and total_fen is None:
        return Refusal("count_missing")
    if not given and total_fen is not None:
        return Count(total_fen=total_fen)
    sum_fen = sum(fen * number for fen, number in given)
    if total_fen is not None and total_fen != sum_fen:
        return Refusal("count_disagrees", {"pieces": yuan(sum_fen), "total": yuan(total_fen)})
    return Count(total_fen=sum_fen, pieces=tuple(pair for pair in given if pair[1]))


def check_closing(*, expected_fen: int, counted_fen: int, reason: str) -> Refusal | None:
    """A drawer that is off is closed with a reason.

    Codes: shift_short, shift_over (`expected`, `counted`, `off` in yuan).
    """
    off_fen = counted_fen - expected_fen
    if off_fen == 0 or reason.strip():
        return None
    return Refusal(
        "shift_short" if off_fen < 0 else "shift_over",
        {"expected": yuan(expected_fen), "counted": yuan(counted_fen), "off": yuan(abs(off_fen))},
    )


def may_handle(*, opened_by: int, shared: bool, staff_id: int, manager: bool) -> bool:
    """Whether somebody may see a shift, move its cash and close it: their own, a shared one,
    or as a manager any."""
    return manager or shared or opened_by == staff_id
