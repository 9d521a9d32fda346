"""What meals that were eaten would have cost under another version of a policy."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from canteen.subsidies.policy import Policy


class Progress(Protocol):
    """Who wants to hear how far it is: a job's progress has this shape."""

    def say(self, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Cost:
    """What something cost, and would have cost, in fen; `meals` carried it then and now.

    `code` is a funder's code, or ``policy/rule`` (for grants ``policy/grant``).
    """

    code: str
    old_meals: int
    new_meals: int
    old_fen: int
    new_fen: int

    @property
    def change_fen(self) -> int:
        """What it would cost more; negative where less."""
        return self.new_fen - self.old_fen


@dataclass(frozen=True)
class Shift:
    """How many meals, or people, would have got more, less or the same subsidy."""

    more: int = 0
    less: int = 0
    equal: int = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return self.more + self.less + self.equal


@dataclass(frozen=True)
class BandCost:
    """The meals of one age band (as `age_band` names it), and the subsidies on them in fen."""

    band: str
    meals: Shift
    old_fen: int
    new_fen: int


@dataclass(frozen=True)
class Repricing:
    """What a span of days cost, and would have cost. Sums are fen; both days count.

    `meals` and `diners` count who would have had more, less or the same (a diner by the sum
    of their meals). `by_funder` and `by_rule` are subsidies on meals, by code; `grants` is
    what the canteen earns beside the price, by ``policy/grant``; `by_age_band` youngest
    first. `left_alone` meals were not priced anew: free-meal programmes, meals whose subsidy
    was withdrawn. `old_fen` and `new_fen` are the subsidies of all meals priced anew.
    """

    site_id: int
    first_day: date
    last_day: date
    policy_code: str
    policy_version: int
    old_fen: int
    new_fen: int
    meals: Shift
    diners: Shift
    by_funder: tuple[Cost, ...]
    by_rule: tuple[Cost, ...]
    grants: tuple[Cost, ...]
    by_age_band: tuple[BandCost, ...]
    left_alone: int

    @property
    def change_fen(self) -> int:
        """What the span would have cost more; negative where less."""
        return self.new_fen - self.old_fen


def reprice(
    session: Session,
    *,
    site_id: int,
    first_day: date,
    last_day: date,
    instead: Policy,
    progress: Progress,
) -> Repricing:
    """Price the meals of a site anew as if `instead` had been in force on every day.

    It takes the place of the version of the same code, or stands last where the site has not
    adopted that code; its own first and last day are not asked. Every other policy is the one
    of each day. Standing meals of residents are priced in the order in which they were booked,
    with what each diner had before under the new policy; extra meals count as meals eaten and
    stay without subsidy; meals at other sites, meals before the span, free-meal programmes and
    withdrawn subsidies count as they were booked.

    Age, tags, household registration, channel, price and time are those the meal keeps.
    What a meal does not keep is read as it is today: where the person is registered as a
    diner (and so their place of residence), whether they live in an institution, their
    passes by date; the site's place and traits; the class of the set of that code.

    Reads one day at a time; holds counters per diner, never the meals. `progress.say` is
    called after each day with days done and days in all, and may raise to stop.
    """
    raise NotImplementedError
