"""What the test bench's form says: an invented diner, earlier meals, the kind of day."""

from datetime import date

from canteen.blueprints.subsidies.forms import BenchForm
from canteen.settlement.trials import TrialDiner
from canteen.sites.models import DayKind
from canteen.sites.queries import is_workday
from canteen.subsidies.conditions import Place
from canteen.subsidies.facts import Tally

SPANS = ("day", "week", "month", "year")


def day_word(kind: DayKind) -> str:
    """What policies call such a day: ``workday``, ``rest_day`` or ``public_holiday``."""
    if kind == DayKind.HOLIDAY:
        return "public_holiday"
    return "workday" if is_workday(kind) else "rest_day"


def invented_diner(form: BenchForm, day: date) -> TrialDiner:
    """A diner as the form tells it; nobody's data."""
    birthday = form.birthday.data
    if birthday is None and form.age.data is not None:
        birthday = birthday_for(form.age.data, day)
    return TrialDiner(
        birthday=birthday,
        tags=frozenset(form.tags.data or ()),
        hukou_path=typed_path(form.hukou.data),
        residence_path=typed_path(form.residence.data),
        in_institution=bool(form.in_institution.data),
        registered_here=bool(form.registered_here.data),
        passes=frozenset(form.passes.data or ()),
    )


def birthday_for(age: int, day: date) -> date:
    """The birthday of somebody who turns `age` on `day`."""
    year = day.year - age
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February in a common year
        return date(year, 2, 28)


def typed_path(text: str | None) -> Place:
    """``广州市/增城区`` as a path."""
    return tuple(step.strip() for step in (text or "").split("/") if step.strip())


def stated_tallies(form: BenchForm) -> dict[str, Tally]:
    """What the form says was received; a shorter span is part of every longer one."""
    meals = fen = 0
    found = {}
    for span in SPANS:
        meals = max(meals, getattr(form, f"{span}_meals").data or 0)
        fen = max(fen, getattr(form, f"{span}_fen").data or 0)
        if meals or fen:
            found[span] = Tally(meals, fen)
    return found
