"""A volunteer's own link: the coming days, and saying that they do not come.

Public, because a link in a message opens without a sign-in: the page names the canteen,
days and numbers of boxes, and nobody.
"""

from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import public
from canteen.blueprints.context import now
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.signing import printed_address, secrets
from canteen.blueprints.delivery.volunteering.forms import DutyForm
from canteen.blueprints.flashes import back_to
from canteen.delivery.models import Volunteer
from canteen.delivery.volunteering import absences
from canteen.delivery.volunteering.links import make_link, read_link
from canteen.delivery.volunteering.queries import duties_of
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.sites import queries as sites
from canteen.sites.models import Site


@blueprint.get("/duties/<token>")
@public
def duties(token: str) -> Any:
    """The coming days of whoever holds the link."""
    volunteer, canteen, today = _opened(token)
    found = duties_of(db.session(), volunteer=volunteer, today=today)
    return render_template(
        "delivery/volunteering/duties.html",
        duties=found,
        canteen=canteen,
        periods={one.code: one for one in sites.periods(db.session(), canteen.id)},
        token=token,
        now=now(),
    )


@blueprint.post("/duties/<token>/absences")
@public
def absence_by_link(token: str) -> Any:
    """They do not come."""
    volunteer, _canteen, today = _opened(token)
    day, period = _asked(volunteer)
    refusal = absences.report_absence(
        volunteer_id=volunteer.id, day=day, period_code=period, reason="", by_link=True,
        today=today, by=None, now=now(),
    )  # fmt: skip
    return back_to(
        url_for("delivery.duties", token=token), refusal, _("知道了，我们找人顶您。谢谢您早说！")
    )


@blueprint.post("/duties/<token>/returns")
@public
def coming_back(token: str) -> Any:
    """They come after all."""
    volunteer, _canteen, today = _opened(token)
    day, period = _asked(volunteer)
    refusal = absences.take_absence_back(
        volunteer_id=volunteer.id, day=day, period_code=period, by_link=True,
        today=today, by=None, now=now(),
    )  # fmt: skip
    return back_to(url_for("delivery.duties", token=token), refusal, _("好的，那天等您来。"))


def path_of(volunteer: Volunteer) -> str:
    """Where a volunteer's own link leads, for the browser they sit at; good for eight days."""
    token = make_link(volunteer.id, now=now(), secrets=secrets())
    return url_for("delivery.duties", token=token)


def link_of(volunteer: Volunteer) -> str:
    """The same as an address to send them."""
    return printed_address(path_of(volunteer))


def _opened(token: str) -> tuple[Volunteer, Site, date]:
    """Whose link it is, at which canteen, and the day there; 404 for any other."""
    volunteer_id = read_link(token, now=now(), secrets=secrets())
    volunteer = db.session.get(Volunteer, volunteer_id) if volunteer_id else None
    if volunteer is None or not volunteer.active:
        abort(404)
    canteen = db.session.get_one(Site, volunteer.site_id)
    return volunteer, canteen, service_date(now(), canteen.time_zone)


def _asked(volunteer: Volunteer) -> tuple[date, str]:
    """Day and period of the form; 400 for what is no duty of theirs."""
    form = DutyForm()
    if not form.validate_on_submit() or form.day.data is None:
        abort(400)
    canteen = db.session.get_one(Site, volunteer.site_id)
    today = service_date(now(), canteen.time_zone)
    wanted = (form.day.data, request.form.get("period", ""))
    known = duties_of(db.session(), volunteer=volunteer, today=today)
    if wanted not in {(one.day, one.period_code) for one in known}:
        abort(400)
    return wanted
