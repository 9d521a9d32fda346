"""The blueprint, what its templates may say, and what its pages share."""

from datetime import date
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, request

from canteen.blueprints.context import current_site, now, today
from canteen.blueprints.delivery.forms import WEEKDAYS
from canteen.blueprints.filters import is_english
from canteen.blueprints.flashes import tell as tell
from canteen.delivery import diet
from canteen.delivery.models import OutcomeKind
from canteen.delivery.needs.wording import ASKERS, CALLED_OFF, SPECIALS, STATES, WAITS_FOR
from canteen.delivery.volunteering.wording import KINDS, TEAM_KINDS, TRANSPORTS
from canteen.delivery.watching.wording import CAUSES, ENDINGS, RESULTS, STANDINGS, STEPS
from canteen.delivery.wording import MEAL_PROBLEMS, OUTCOMES, PROBLEMS, SHORT_OUTCOMES
from canteen.foundation.database import db
from canteen.residents import diets, tags
from canteen.residents.identity import mask_phone
from canteen.residents.models import Texture
from canteen.sites import queries as site_queries
from canteen.sites.models import MealPeriod

blueprint = Blueprint("delivery", __name__)
T = TypeVar("T")

_TEXTURES = {Texture.SOFT: ("软食", "soft food"), Texture.PUREED: ("糊状", "pureed")}


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "outcome_names": OUTCOMES,
        "short_names": SHORT_OUTCOMES,
        "weekdays": WEEKDAYS,
        "problem_names": PROBLEMS,
        "kinds": OutcomeKind,
        "meal_problem": meal_problem,
        "asker_names": ASKERS,
        "volunteer_kinds": KINDS,
        "team_kinds": TEAM_KINDS,
        "transports": TRANSPORTS,
        "hours": lambda minutes: f"{minutes / 60:.2f}".rstrip("0").rstrip("."),
        "special_names": SPECIALS,
        "need_states": STATES,
        "waits_for_names": WAITS_FOR,
        "called_off_names": CALLED_OFF,
        "diet_words": diet_words,
        "tag_names": tag_names,
        "masked": mask_phone,
        "step_names": STEPS,
        "result_names": RESULTS,
        "ending_names": ENDINGS,
        "cause_names": CAUSES,
        "standing_names": STANDINGS,
        "new_id": lambda: str(uuid4()),
    }


def diet_words(line: str) -> list[str]:
    """A frozen diet in the reader's language; what a person wrote stays as written."""
    codes, note = diet.parts(line)
    words = [_diet_word(code) for code in codes]
    return [*words, note] if note else words


def _diet_word(code: str) -> str:
    known = diets.BY_CODE.get(code)
    names = (known.zh, known.en) if known else _TEXTURES.get(Texture(code), (code, code))
    return names[1 if is_english() else 0]


def tag_names(codes: str) -> list[str]:
    """Tag codes joined by ``;`` in the reader's language."""
    return [tags.name_of(code)[1 if is_english() else 0] for code in codes.split(";") if code]


def meal_problem(code: str) -> Any:
    """Why a delivered meal was not booked."""
    return MEAL_PROBLEMS.get(code, code)


def given(value: T | None) -> T:
    """What a valid form must hold."""
    assert value is not None
    return value


def chosen_day() -> date:
    """The day of the address, else today; 400 for a day that does not exist."""
    text = request.args.get("day", "")
    return day_of(text) if text else today()


def day_of(text: str) -> date:
    """A day as an address writes it; 400 for what is none, or far from anybody's life."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        abort(400)
    return found if 2000 <= found.year <= 2100 else abort(400)


def own_periods() -> list[MealPeriod]:
    """The meal periods of the current site; 404 where none is set up."""
    periods = list(site_queries.periods(db.session(), current_site().id))
    return periods or abort(404)


def chosen_period(periods: list[MealPeriod]) -> MealPeriod:
    """The period of the address, else the one being served; 404 for an unknown one."""
    code = request.args.get("period")
    if code:
        return next((one for one in periods if one.code == code), None) or abort(404)
    local = now().astimezone(ZoneInfo(current_site().time_zone)).time()
    found = site_queries.period_at(periods, local)
    assert found is not None
    return found
