"""The blueprint, who may do what in it, and what its pages share."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from canteen.blueprints.context import current_site, own_sites, roles_here
from canteen.blueprints.filters import named
from canteen.blueprints.residents import names
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.residents import queries
from canteen.residents.identity import mask_phone
from canteen.residents.models import Resident
from canteen.residents.rules import Sight, age_of, sight_of
from canteen.residents.tag_rules import standing, validity
from canteen.sites import queries as site_queries
from canteen.staff.rules import Role

blueprint = Blueprint("residents", __name__)

OFFICE = (Role.MANAGER, Role.COMMUNITY)
DESK = (*OFFICE, Role.CLERK)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Names of codes, and what the reader may see."""
    return names.for_templates() | {
        "sight": sight_of(roles_here()),
        "sight_at": sight_at,
        "age_of": age_of,
        "mask_phone": mask_phone,
        "validity": validity,
        "standing": standing,
        "say": say,
    }


def sites_with(*roles: Role) -> frozenset[int]:
    """The canteens at which the reader holds one of these roles, or is administrator."""
    wanted = {*roles, Role.ADMINISTRATOR}
    return frozenset(site.id for site in own_sites() if current_user.roles_at(site.id) & wanted)


def sight_at(site_id: int) -> Sight:
    """What the reader sees of people registered at a canteen: of another one's, where they do
    not work, no more than a counter needs that serves them."""
    return sight_of(current_user.roles_at(site_id))


def period_names() -> dict[str, str]:
    """What meal periods are called here, by code: 午餐."""
    periods = site_queries.periods(db.session(), current_site().id)
    return {one.code: named(one) for one in periods}


def person_or_404(resident_id: int) -> Resident:
    """A person of any canteen."""
    return queries.resident(db.session(), resident_id) or abort(404)


def own_person(resident_id: int) -> Resident:
    """Somebody registered here: another canteen's people are looked at, never changed."""
    found = person_or_404(resident_id)
    if found.site_id != current_site().id:
        abort(403)
    return found


def saved(resident_id: int, text: str = "", anchor: str | None = None) -> Any:
    """Back to the person, with a good word."""
    flash(text or _("已保存"), "good")
    return redirect(url_for("residents.person", resident_id=resident_id, _anchor=anchor))


def refused(resident_id: int, refusal: Refusal) -> Any:
    """Back to the person, with the reason against it."""
    said = say(refusal)
    return not_done(resident_id, [said.text, said.next_step])


def not_done(resident_id: int, sentences: Sequence[Any]) -> Any:
    """Back to the person, with what is wrong."""
    flash(" ".join(str(one) for one in sentences), "bad")
    return redirect(url_for("residents.person", resident_id=resident_id))
