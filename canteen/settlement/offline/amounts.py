"""What each card is given of a tray today, for every amount, alone or on top of a set. Pure.

The engine is asked once for all diners to whom it would give the same; most of a canteen are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from canteen.settlement.offline.quotes import Asked, SetOffered
from canteen.settlement.rules import Diner, SaleFacts, priced_facts
from canteen.settlement.trays import A_LA_CARTE, DISH
from canteen.subsidies.over_amounts import Effect, effect_over, standing_of


@dataclass(frozen=True, kw_only=True)
class AmountOffer:
    """What is given of a tray from one minute of the day on, until the next offer of its kind.

    `effect` is None where the policies cannot be told as a few lines: then only the server
    prices such a tray.
    """

    period: str
    channel: str
    minute: int
    effect: Effect | None
    set_code: str = A_LA_CARTE
    """The set that the amount comes on top of; the effect is of what both come to."""


@dataclass
class Effects:
    """The effects of a site's day, each found once."""

    facts: SaleFacts
    most_fen: int
    _known: dict[tuple[Any, ...], Effect | None] = field(default_factory=dict)

    def of(
        self,
        diner: Diner,
        *,
        period: str,
        channel: str,
        minute: int,
        beside: tuple[str, int] | None = None,
    ) -> Effect | None:
        """What a person is given of every amount at a minute of the day, on top of a set."""
        at = replace(
            self.facts,
            local_time=time(minute // 60, minute % 60),
            price_fen=beside[1] if beside else 0,
            item_class=DISH,
            beside=beside,
        )
        policies = self.facts.policies
        asked = priced_facts(diner, at, period_code=period, channel=channel, policies=policies)
        standing = standing_of(policies, asked, self.most_fen)
        if standing not in self._known:
            self._known[standing] = effect_over(policies, asked, self.most_fen)
        return self._known[standing]


def amount_offers(
    diner: Diner, *, effects: Effects, periods: Sequence[str], asked: Asked
) -> Iterator[AmountOffer]:
    """Every offer for one person; one that says what the one before it said is left out."""
    for period in periods:
        yield from _offers(diner, effects, asked, period)


def addition_offers(
    diner: Diner, *, effects: Effects, sets: Sequence[SetOffered], asked: Asked
) -> Iterator[AmountOffer]:
    """The same for what is added to one of these sets."""
    for one in sets:
        yield from _offers(diner, effects, asked, one.period, one)


def _offers(
    diner: Diner, effects: Effects, asked: Asked, period: str, added_to: SetOffered | None = None
) -> Iterator[AmountOffer]:
    beside = (added_to.item_class, added_to.price_fen) if added_to else None
    for channel in asked.channels:
        before: Effect | str | None = ""
        for minute in asked.minutes:
            effect = effects.of(diner, period=period, channel=channel, minute=minute, beside=beside)
            if effect != before:
                yield AmountOffer(
                    period=period,
                    channel=channel,
                    minute=minute,
                    effect=effect,
                    set_code=added_to.code if added_to else A_LA_CARTE,
                )
            before = effect
