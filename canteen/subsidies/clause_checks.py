"""Refuses tests of a person or a moment that nobody can pass, or that test nothing."""

from collections.abc import Iterator

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.conditions import Guard, Person
from canteen.subsidies.policy import Policy
from canteen.subsidies.proximity import nearest
from canteen.subsidies.reading import Problem
from canteen.subsidies.wording import ITEMS, PERIODS


def guard_problems(guard: Guard, key: str, policy: Policy) -> Iterator[Problem]:
    """Everything wrong with when and where something applies; `key` is where it stands."""
    yield from _windows(guard, key)
    yield from _spend(guard, key)
    yield from _dates(guard, key, policy)
    yield from _words_of(guard, key)


def _spend(guard: Guard, key: str) -> Iterator[Problem]:
    spend = guard.spend
    if spend is not None and spend.top_fen is not None:
        both = spend.top_counts and not spend.strictly_more
        if spend.top_fen < spend.fen or (spend.top_fen == spend.fen and not both):
            low, name = spoken_yuan(spend.fen), "at_most" if spend.top_counts else "below"
            path = f"{key}.spend.{name}_yuan"
            yield Problem(path, spoken_yuan(spend.top_fen), f"应大于 {low}", f"above {low}")


def _dates(guard: Guard, key: str, policy: Policy) -> Iterator[Problem]:
    until = policy.valid_until
    for index, day in enumerate(guard.dates, start=1):
        if day < policy.valid_from or (until is not None and day > until):
            span = f"{policy.valid_from} – {until or 'open'}"
            zh, en = f"不在政策有效期内（{span}）", f"outside the policy's days ({span})"
            yield Problem(f"{key}.dates[{index}]", day.isoformat(), zh, en)


def _windows(guard: Guard, key: str) -> Iterator[Problem]:
    for index, window in enumerate(guard.windows, start=1):
        if window.period and guard.periods and window.period not in guard.periods:
            listed = ", ".join(guard.periods)
            zh, en = f"periods 里没有它：{listed}", f"not among periods: {listed}"
            yield Problem(f"{key}.windows[{index}].period", window.period, zh, en)
    for index, window in enumerate(guard.windows, start=1):
        if window.start >= window.end:
            yield Problem(
                f"{key}.windows[{index}].until",
                window.end.isoformat(),
                f"应晚于 from（{window.start.isoformat()}），不跨零点",
                f"after from ({window.start.isoformat()}), on the same day",
            )


def _words_of(guard: Guard, key: str) -> Iterator[Problem]:
    """A site may have periods and item classes of its own; a slip of the pen is none."""
    for name, words, known in (
        ("periods", guard.periods, PERIODS),
        ("item_classes", guard.item_classes, ITEMS),
    ):
        for index, word in enumerate(words, start=1):
            meant = nearest(word, known)
            if meant is not None and meant not in words:
                yield Problem(
                    f"{key}.{name}[{index}]",
                    word,
                    f"没有见过；是不是 {meant}？本站自定的代码请取不易混的名字",
                    f"did you mean {meant}? a code of your own should look different",
                )


def person_problems(person: Person, key: str, policy: Policy) -> Iterator[Problem]:
    """Everything wrong with one way to qualify; `key` is where it stands."""
    start, below = person.age_from, person.age_below
    if start is not None and below is not None and start >= below:
        yield Problem(
            f"{key}.age_below", below, f"应大于 age_from（{start}）", f"above age_from ({start})"
        )
    barred = set(person.tags_none) & {*person.tags_any, *person.tags_all}
    if barred:
        yield Problem(
            f"{key}.tags_none",
            sorted(barred),
            "同一标签不能既要求又排除",
            "a tag cannot be both asked for and barred",
        )
    known = {held.code for held in policy.passes}
    for code in person.passes_any:
        if code not in known:
            listed = ", ".join(sorted(known)) or "—"
            yield Problem(
                f"{key}.passes_any", code, f"没有这种套餐；已定义：{listed}", f"known: {listed}"
            )
    if person == Person():
        yield Problem(key, {}, "没有任何条件；人人都补就不写 who", "no test; leave who out")
