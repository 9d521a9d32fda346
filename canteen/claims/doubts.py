"""Whether a diner was entitled to what was given, as far as is known today. Pure.

Only what may have been wrong is asked again: whether the person still ate here, their age,
their tags. Where people live may well have changed since the meal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from canteen.claims.rules import Cause
from canteen.foundation.calendar import age_on
from canteen.subsidies.conditions import Person, Place
from canteen.subsidies.eligibility import age_miss, person_miss
from canteen.subsidies.misses import explain
from canteen.subsidies.policy import Band

Both = tuple[str, str]

_ENDED: dict[str, Both] = {
    "deceased": ("已于 %s 去世", "died on %s"),
    "moved": ("已于 %s 搬离", "moved away on %s"),
}


@dataclass(frozen=True)
class TagSpan:
    """An approved tag and the days it holds; `until` None for as long as it is not ended."""

    tag: str
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Both ends count."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Diner:
    """What is known today of somebody who ate. `status` is active, moved or deceased."""

    name: str
    birthday: date | None
    status: str
    ended_on: date | None
    tags: tuple[TagSpan, ...]


@dataclass(frozen=True)
class Terms:
    """Whom a rule is for: any of `who` (or everybody), and one of its age bands."""

    who: tuple[Person, ...]
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Why a line should be looked at, as a whole sentence in both languages."""

    cause: Cause
    why: Both


@dataclass(frozen=True)
class _Facts:
    """The tags of a day; what else a test could ask is not asked here."""

    tags: frozenset[str]
    hukou_path: Place = ()
    residence_path: Place = ()
    in_institution: bool = False
    registered_here: bool = True
    passes: frozenset[str] = frozenset()


def doubt(diner: Diner, *, day: date, age_then: int | None, terms: Terms | None) -> Doubt | None:
    """Why an entry of `day` may not be the diner's; None if nothing speaks against it.

    `age_then` is the age the meal was priced with; `terms` None where the rule is not known.
    """
    if diner.ended_on is not None and day >= diner.ended_on:
        zh, en = _ENDED.get(diner.status, _ENDED["moved"])
        on = diner.ended_on.isoformat()
        return Doubt(
            "ended", (f"{zh % on}，这一笔在当天或之后", f"{en % on}; this is of that day or later")
        )
    if terms is None:
        return None
    return _person_doubt(diner, day, terms) or _age_doubt(diner, day, age_then, terms.bands)


def _person_doubt(diner: Diner, day: date, terms: Terms) -> Doubt | None:
    facts = _Facts(frozenset(span.tag for span in diner.tags if span.holds_on(day)))
    miss = person_miss(_asked_again(terms.who), facts, age_on(diner.birthday, day))
    if miss is None:
        return None
    zh, en = explain(miss)
    if miss.code == "no_birthday":
        return _no_birthday()
    cause: Cause = "tag" if miss.code in ("lacks_tag", "barred_by_tag") else "age"
    on = day.isoformat()
    return Doubt(cause, (f"按现在的记录，{on} 那天{zh}", f"as recorded now, on {on}: {en}"))


def _age_doubt(
    diner: Diner, day: date, age_then: int | None, bands: Sequence[Band]
) -> Doubt | None:
    """The age is another now, and falls into another band, or into none."""
    asks_age = any(band.age_from is not None or band.age_below is not None for band in bands)
    if not asks_age:
        return None
    age = age_on(diner.birthday, day)
    if age is None:
        return _no_birthday()
    if age == age_then or _band_of(age, bands) == _band_of(age_then, bands) is not None:
        return None
    then = "—" if age_then is None else str(age_then)
    return Doubt(
        "age",
        (
            f"按现在的生日当天 {age} 岁，当时按 {then} 岁补的",
            f"{age} years old by the birthday on record; it was given for {then}",
        ),
    )


def _no_birthday() -> Doubt:
    return Doubt("no_birthday", ("没有登记生日，年龄无法核对", "no birthday is on record"))


def _asked_again(who: Sequence[Person]) -> tuple[Person, ...]:
    return tuple(
        Person(
            age_from=person.age_from,
            age_below=person.age_below,
            tags_any=person.tags_any,
            tags_all=person.tags_all,
            tags_none=person.tags_none,
        )
        for person in who
    )


def _band_of(age: int | None, bands: Sequence[Band]) -> int | None:
    for number, band in enumerate(bands):
        if age_miss(band.age_from, band.age_below, age) is None:
            return number
    return None
