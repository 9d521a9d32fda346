"""What one person gets under the policies of a canteen, from whom, and until when (享优待).

Pure. It asks the engine itself: a rule counts as given if it pays for some ordinary meal
of the person, so that the card never promises what the counter would not give.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from canteen.foundation.calendar import age_on
from canteen.subsidies.clause_words import when
from canteen.subsidies.conditions import Guard
from canteen.subsidies.description import describe_top_up, effect_words, payer_words
from canteen.subsidies.eligibility import person_miss
from canteen.subsidies.entitlement_limits import limits_on
from canteen.subsidies.entitlement_samples import Holder, first_payer, standing_miss
from canteen.subsidies.facts import History
from canteen.subsidies.misses import explain
from canteen.subsidies.policy import Band, Policy, Rule, in_force
from canteen.subsidies.wording import Both

__all__ = ["Card", "Entitlement", "Holder", "NotGiven", "entitlement_card"]

YEARS_AHEAD = 15
"""How far ahead a change of age is foretold."""


@dataclass(frozen=True)
class Entitlement:
    """One thing a person gets. Texts are (Chinese, English); days are inclusive.

    `until` is the last day it is as it is now, None for no end in sight; `then` says what
    comes after. `limits` say caps and quotas and what is left of them.
    """

    policy: Policy
    rule: Rule
    what: Both
    payers: Both
    where: tuple[Both, ...]
    limits: tuple[Both, ...]
    until: date | None
    then: Both


@dataclass(frozen=True)
class NotGiven:
    """One thing a person does not get, why, and from when they will, if that is known."""

    policy: Policy
    rule: Rule
    why: Both
    begins: date | None
    what: Both


@dataclass(frozen=True)
class Card:
    """The whole of it; `bonuses` are sentences about top-ups."""

    day: date
    given: tuple[Entitlement, ...]
    not_given: tuple[NotGiven, ...]
    bonuses: tuple[Both, ...]

    @property
    def common_limits(self) -> tuple[Both, ...]:
        """Limits that all of several entitlements are under, to be said once."""
        if len(self.given) < 2:
            return ()
        first, *others = (each.limits for each in self.given)
        return tuple(limit for limit in first if all(limit in each for each in others))

    @property
    def is_open(self) -> bool:
        """Whether no end of anything is in sight."""
        return all(each.until is None for each in self.given)


@dataclass(frozen=True)
class _Standing:
    policy: Policy
    rule: Rule
    band: Band | None
    miss: Both | None
    """None if the person gets it."""

    @property
    def key(self) -> tuple[str, str]:
        return self.policy.code, self.rule.code

    @property
    def says(self) -> Both:
        if self.band is None or self.miss is not None:
            return "", ""
        return effect_words(self.rule, self.band.effect, self.policy)


def entitlement_card(
    *,
    policies: Sequence[Policy],
    holder: Holder,
    day: date,
    history: History | None = None,
) -> Card:
    """What `holder` gets on `day` and after.

    `policies` are all versions the canteen settles by, also those that begin later;
    `history` is what the person had in the spans around `day`.
    """
    future = _Future(policies, holder, day)
    now = future.on(day)
    given = [each for each in now if each.miss is None]
    return Card(
        day=day,
        given=tuple(_entitlement(each, future, history or History()) for each in given),
        not_given=tuple(_not_given(each, future) for each in now if each.miss is not None),
        bonuses=tuple(_bonuses(policies, holder, day)),
    )


@dataclass
class _Future:
    """How things stand on the days on which something changes; each day is asked once."""

    policies: Sequence[Policy]
    holder: Holder
    today: date
    known: dict[date, list[_Standing]] = field(default_factory=dict)

    def on(self, day: date) -> list[_Standing]:
        if day not in self.known:
            self.known[day] = list(_standings(self.policies, self.holder, day))
        return self.known[day]

    def days(self) -> list[date]:
        """The days after today on which a policy, a tag, a pass or an age changes."""
        edges = {day for policy in self.policies for day in _edges_of(policy)}
        edges |= {day for span in self.holder.spans() for day in span if day is not None}
        edges |= set(_birthdays(self.policies, self.holder.birthday, self.today))
        last = self.today + timedelta(days=366 * YEARS_AHEAD)
        return sorted(day for day in edges if self.today < day <= last)


def _edges_of(policy: Policy) -> Iterable[date]:
    yield policy.valid_from
    if policy.valid_until is not None:
        yield policy.valid_until + timedelta(days=1)


def _birthdays(policies: Sequence[Policy], birthday: date | None, today: date) -> Iterable[date]:
    """The days on which the person reaches an age that a policy asks for."""
    age = age_on(birthday, today)
    if birthday is None or age is None:
        return
    rules = [rule for policy in policies for rule in policy.rules]
    asked = {
        edge for rule in rules for band in rule.bands for edge in (band.age_from, band.age_below)
    }
    asked |= {
        edge for rule in rules for each in rule.who for edge in (each.age_from, each.age_below)
    }
    for edge in sorted(edge for edge in asked if edge is not None):
        if not age < edge <= age + YEARS_AHEAD:
            continue
        year = birthday.year + edge
        leap_day = (birthday.month, birthday.day) == (2, 29)
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        yield date(year, 3, 1) if leap_day and not is_leap else birthday.replace(year=year)


def _standings(policies: Sequence[Policy], holder: Holder, day: date) -> Iterable[_Standing]:
    current = in_force(policies, day)
    for policy in current:
        for rule in policy.rules:
            band, miss = standing_miss(policy, rule, holder, day)
            if miss is not None:
                yield _Standing(policy, rule, band, explain(miss))
                continue
            payer = first_payer(current, policy, rule, holder, day)
            better = None if payer is None or payer is rule else _instead(payer)
            yield _Standing(policy, rule, band, better)


def _instead(payer: Rule) -> Both:
    return (
        f"与“{payer.name.zh}”不能同享，按“{payer.name.zh}”给",
        f"not together with “{payer.name.en}”, which is given instead",
    )


def _entitlement(each: _Standing, future: _Future, history: History) -> Entitlement:
    until, then = _end(each, future)
    site = future.holder.site_path
    return Entitlement(
        policy=each.policy,
        rule=each.rule,
        what=each.says,
        payers=payer_words(each.rule),
        where=tuple(_own(clause) for clause in when(each.rule.when)),
        limits=tuple(limits_on(each.policy, each.rule, site, history)),
        until=until,
        then=then,
    )


def _own(clause: Both) -> Both:
    """A clause about diners as the diner's own card says it."""
    zh, en = clause
    return zh.replace("老人自己的", "您自己的"), en.replace("the diner's", "your")


def _end(each: _Standing, future: _Future) -> tuple[date | None, Both]:
    """The last day it is as it is today, and what the policy gives the day after."""
    for day in future.days():
        later = {standing.key: standing for standing in future.on(day)}
        same = later.get(each.key)
        if same is not None and _is_same(same, each):
            continue
        if same is not None and same.says[0]:
            return day - timedelta(days=1), _then(future.holder, day, [same.says])
        before = {standing.says for standing in future.on(future.today)}
        fresh = [
            standing.says
            for standing in later.values()
            if standing.key[0] == each.key[0] and standing.says[0] and standing.says not in before
        ]
        return day - timedelta(days=1), _then(future.holder, day, fresh)
    return None, ("", "")


def _is_same(one: _Standing, other: _Standing) -> bool:
    return (one.says, one.rule.when, one.rule.split) == (
        other.says,
        other.rule.when,
        other.rule.split,
    )


def _then(holder: Holder, day: date, fresh: list[Both]) -> Both:
    born = holder.birthday
    turns = age_on(born, day)
    is_birthday = born is not None and turns != age_on(born, day - timedelta(days=1))
    zh, en = f"{day.year}年{day.month}月{day.day}日", f"from {day.day} {day:%B %Y}"
    zh, en = (f"{zh}满 {turns} 岁后", f"{en}, at {turns}") if is_birthday else (f"{zh}起", en)
    if not fresh:
        return f"{zh}不再享受", f"{en} no longer given"
    return f"{zh}{'，'.join(zh for zh, _ in fresh)}", f"{en}: {', '.join(en for _, en in fresh)}"


def _not_given(each: _Standing, future: _Future) -> NotGiven:
    begins, what = None, ("", "")
    for day in future.days():
        later = next((one for one in future.on(day) if one.key == each.key), None)
        if later is not None and later.miss is None:
            begins, what = day, later.says
            break
    return NotGiven(each.policy, each.rule, each.miss or ("", ""), begins, what)


def _bonuses(policies: Sequence[Policy], holder: Holder, day: date) -> Iterable[Both]:
    facts = holder.meal(day, Guard())
    for policy in in_force(policies, day):
        for top_up in policy.top_ups:
            if person_miss(top_up.who, facts, age_on(holder.birthday, day)) is None:
                yield describe_top_up(top_up, policy)
