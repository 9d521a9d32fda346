"""What each card would pay today, computed ahead by the one engine. Pure.

A price may depend on the minute (windows of a policy), on how the meal is taken, and on what
the person ate earlier today. Each is asked for only where a policy of the site asks for it, so
that a roster of thousands is made in a second.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from itertools import combinations

from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.rules import Diner, PastMeal, SaleFacts, price_for
from canteen.subsidies.policy import Policy
from canteen.subsidies.rules import Part, PricedMeal

LAST_MINUTE = 24 * 60 - 1


@dataclass(frozen=True, kw_only=True)
class SetOffered:
    """A set that is sold today."""

    period: str
    code: str
    name: str
    price_fen: int
    item_class: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the site's policies look at beside the person and the set."""

    minutes: tuple[int, ...]
    """Minutes of the day at which a price may change; always begins with 0."""
    channels: tuple[str, ...]
    history: bool
    """Whether what was eaten before today's meal can matter."""


@dataclass(frozen=True, order=True)
class Quote:
    """A price taken apart: the diner's part, each funder's, and why. In fen."""

    price_fen: int
    subsidy_fen: int
    paid_fen: int
    parts: tuple[tuple[str, int], ...]
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A quote for one set, from one minute of the day on, until the next offer of its kind.

    `after` are the periods eaten today since the roster was made, in the order of the day.
    """

    period: str
    set_code: str
    channel: str
    after: tuple[str, ...]
    minute: int
    quote: Quote


def asked_by(policies: Sequence[Policy]) -> Asked:
    """What these policies look at."""
    guards = [rule.when for policy in policies for rule in policy.rules]
    minutes = {0}
    for window in (window for guard in guards for window in guard.windows):
        end = _minute(window.end)
        minutes |= {_minute(window.start), end, end + 1}
    history = any(policy.caps or policy.quotas for policy in policies) or any(
        guard.meals_of_day for guard in guards
    ) or any(
        band.effect.kind == "nth_meal"
        for policy in policies
        for rule in policy.rules
        for band in rule.bands
    )  # fmt: skip
    takes_channels = any(guard.channels for guard in guards)
    return Asked(
        minutes=tuple(sorted(minute for minute in minutes if minute <= LAST_MINUTE)),
        channels=(Channel.DINE_IN, Channel.TAKEAWAY) if takes_channels else (Channel.DINE_IN,),
        history=history,
    )


def offers_for(
    diner: Diner,
    *,
    facts: SaleFacts,
    sets: Sequence[SetOffered],
    periods: Mapping[str, int],
    asked: Asked,
) -> Iterator[Offer]:
    """Every offer for one person; one that says what the one before it said is left out.

    `facts` are of the day and the site; `periods` hold the minute each begins at, in the
    order of the day. Where history matters, a meal is also quoted as it would be after others
    of today, eaten in that order.
    """
    for offered in sets:
        for channel in asked.channels:
            fresh: list[Quote] = []
            for after in _afters(diner, offered.period, list(periods), facts, asked):
                ate = _after(diner, {one: periods[one] for one in after}, facts, sets)
                quotes = [_quote(ate, facts, offered, channel, one) for one in asked.minutes]
                if after and quotes == fresh:
                    continue
                fresh = fresh or quotes
                for minute, quote, before in zip(
                    asked.minutes, quotes, [None, *quotes], strict=False
                ):
                    if quote != before:
                        yield Offer(
                            period=offered.period,
                            set_code=offered.code,
                            channel=channel,
                            after=after,
                            minute=minute,
                            quote=quote,
                        )


def _afters(
    diner: Diner, period: str, periods: Sequence[str], facts: SaleFacts, asked: Asked
) -> Iterator[tuple[str, ...]]:
    """Which other meals of today may have been eaten meanwhile; nothing first."""
    yield ()
    if not asked.history:
        return
    eaten = {meal.period_code for meal in diner.meals if meal.service_date == facts.service_date}
    others = [one for one in periods if one != period and one not in eaten]
    for count in range(1, len(others) + 1):
        yield from combinations(others, count)


def _after(
    diner: Diner,
    after: Mapping[str, int],
    facts: SaleFacts,
    sets: Sequence[SetOffered],
) -> Diner:
    """The person with the usual set of these periods eaten today, one after the other."""
    for period, minute in after.items():
        usual = next((one for one in sets if one.period == period), None)
        if usual is None:
            continue
        priced = _price(diner, facts, usual, Channel.DINE_IN, minute)
        meal = PastMeal(
            meal_id=f"{period} of today",
            service_date=facts.service_date,
            period_code=period,
            paid_fen=priced.pay_fen,
            paid_by=PaidBy.WALLET,
            extra=False,
            local_at="",
            parts=tuple((p.policy, p.rule, p.funder, p.amount_fen) for p in priced.parts),
        )
        diner = replace(diner, meals=(*diner.meals, meal))
    return diner


def _quote(diner: Diner, facts: SaleFacts, offered: SetOffered, channel: str, minute: int) -> Quote:
    priced = _price(diner, facts, offered, channel, minute)
    return Quote(
        price_fen=priced.price_fen,
        subsidy_fen=priced.subsidy_fen,
        paid_fen=priced.pay_fen,
        parts=_by_funder(priced.parts),
        reason_zh=priced.reason_zh,
        reason_en=priced.reason_en,
    )


def _price(
    diner: Diner, facts: SaleFacts, offered: SetOffered, channel: str, minute: int
) -> PricedMeal:
    at = replace(
        facts,
        local_time=time(minute // 60, minute % 60),
        price_fen=offered.price_fen,
        item_class=offered.item_class,
        set_name=offered.name,
    )
    return price_for(
        diner, at, period_code=offered.period, channel=channel, policies=facts.policies
    )


def _by_funder(parts: Iterable[Part]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for part in parts:
        sums[part.funder] = sums.get(part.funder, 0) + part.amount_fen
    return tuple(sums.items())


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
