"""One volunteer's round typed in from paper: a line a door, a key an outcome, all at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Optional
from wtforms.widgets import TextInput

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, given
from canteen.blueprints.delivery.forms import NEEDED, check_uuid
from canteen.blueprints.delivery.rosters.views import names_of
from canteen.blueprints.fields import ClockField, PostedForm
from canteen.blueprints.ours import ours
from canteen.delivery import queries
from canteen.delivery.actions import Report
from canteen.delivery.models import OutcomeKind, Roster, StopOutcome, Volunteer
from canteen.delivery.paper.entries import Sheet, record_sheet
from canteen.delivery.paper.planned import planned_minutes
from canteen.delivery.paper.queries import typed_last
from canteen.delivery.queries import StopState
from canteen.delivery.rules import DELIVERED
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, Said, say
from canteen.staff.rules import Role

_KEYS = {kind: number for number, kind in enumerate(OutcomeKind, 1)}
"""The key of each outcome, in the order in which they stand on the sheet."""
_LONGEST_NOTE = 200


class TypedClockField(ClockField):
    """A time of day typed without a thought for the colon: 1140, 11:40 and 11：40 are one."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        digits = re.sub(r"[:：.\s]", "", str(valuelist[0])) if valuelist else ""
        plain = re.fullmatch(r"([0-9]{1,2})([0-9]{2})", digits, re.ASCII)
        super().process_formdata([f"{plain[1]}:{plain[2]}"] if plain else valuelist)


class SheetForm(PostedForm):
    """The sheet itself; each of its doors has fields of its own, see `_report`."""

    sheet_id = HiddenField(validators=[NEEDED])
    back_at = TypedClockField(_l("几点送完"), [NEEDED])
    left_at = TypedClockField(_l("几点出发（可不填）"), [Optional()])

    def validate_sheet_id(self, field: Any) -> None:
        check_uuid(field)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One door of the page: how it stands, and what was typed where the sheet comes back."""

    state: StopState
    kind: str = ""
    note: str = ""
    wrong: bool = False


@blueprint.get("/delivery/rosters/<int:roster_id>/rounds/<int:volunteer_id>")
@allow(Role.MANAGER, Role.COMMUNITY)
def round_on_paper(roster_id: int, volunteer_id: int) -> Any:
    """One volunteer's doors, to type in what is ticked on paper."""
    roster, states = ours(Roster, roster_id), _states(roster_id, volunteer_id)
    form = SheetForm(data={"sheet_id": str(uuid4())})
    return _page(roster, volunteer_id, form, [Line(state=one) for one in states])


@blueprint.post("/delivery/rosters/<int:roster_id>/rounds/<int:volunteer_id>/entries")
@allow(Role.MANAGER, Role.COMMUNITY)
def sheet_entry(roster_id: int, volunteer_id: int) -> Any:
    """All doors of the sheet, or none: then the page comes back as it was typed."""
    roster, states = ours(Roster, roster_id), _states(roster_id, volunteer_id)
    form = SheetForm()
    if form.errors.get("csrf_token"):
        abort(400)
    reports = [found for one in states if (found := _report(one)) is not None]
    if not form.validate_on_submit():
        return _page(roster, volunteer_id, form, _typed(states, reports)), 422
    sheet = Sheet(
        id=UUID(form.sheet_id.data),
        roster_id=roster_id,
        volunteer_id=volunteer_id,
        back_at=_instant(roster, given(form.back_at.data)),
        left_at=_instant(roster, form.left_at.data) if form.left_at.data else None,
        planned_minutes=planned_minutes(db.session(), roster=roster, volunteer_id=volunteer_id),
        reports=tuple(reports),
    )
    refused = record_sheet(
        site_id=current_site().id, sheet=sheet, today=today(), by=staff_id(), now=now()
    )
    if refused is None:
        flash(_("%(n)s 户已全部记下", n=len(reports)), "good")
        return redirect(url_for("delivery.roster", roster_id=roster_id))
    refusal, stop_id = refused
    roster, states = ours(Roster, roster_id), _states(roster_id, volunteer_id)
    lines = _typed(states, reports, stop_id)
    return _page(roster, volunteer_id, form, lines, refusal), 409


def _page(
    roster: Roster,
    volunteer_id: int,
    form: SheetForm,
    lines: Sequence[Line],
    refusal: Refusal | None = None,
) -> str:
    return render_template(
        "delivery/paper/round_on_paper.html",
        roster=roster,
        lines=lines,
        form=form,
        said=_said(refusal, lines),
        keys=_KEYS,
        delivered=DELIVERED,
        typed=typed_last(db.session(), roster_id=roster.id, volunteer_id=volunteer_id),
        volunteer=db.session.get_one(Volunteer, volunteer_id),
        **names_of(roster),
    )


def _said(refusal: Refusal | None, lines: Sequence[Line]) -> Said | None:
    """Why nothing was stored, beginning with the door it is about."""
    if refusal is None:
        return None
    said = say(refusal)
    door = next((one.state.stop for one in lines if one.wrong), None)
    if door is None:
        return said
    text = _("没有保存：第 %(n)s 户 %(name)s。", n=door.position, name=door.diner_name)
    return Said(said.code, f"{text}{said.text}", said.next_step)


def _states(roster_id: int, volunteer_id: int) -> Sequence[StopState]:
    found = queries.stops_of(db.session(), roster_id=roster_id, volunteer_id=volunteer_id)
    return found or abort(404)


def _report(state: StopState) -> Report | None:
    """What was chosen for one door; None if nothing was, or only what stands already."""
    stop = state.stop
    kind = request.form.get(f"kind-{stop.id}", "")
    note = request.form.get(f"note-{stop.id}", "").strip()
    if not kind or _stands(state.outcome, kind, note):
        return None
    if kind not in set(OutcomeKind) or len(note) > _LONGEST_NOTE:
        abort(400)
    follows = request.form.get(f"follows-{stop.id}", "")
    try:
        return Report(
            id=UUID(request.form.get(f"id-{stop.id}", "")),
            stop_id=stop.id,
            kind=OutcomeKind(kind),
            follows=UUID(follows) if follows else None,
            note=note,
        )
    except ValueError:
        abort(400)


def _stands(outcome: StopOutcome | None, kind: str, note: str) -> bool:
    """Whether a correction would say nothing new. The page's own repeat is none: its outcome
    carries the id that is posted."""
    posted = request.form.get(f"id-{outcome.stop_id}", "") if outcome else ""
    return (
        outcome is not None
        and str(outcome.id) != posted
        and (outcome.kind, outcome.note) == (kind, note or outcome.note)
    )


def _typed(
    states: Sequence[StopState], reports: Sequence[Report], wrong: int | None = None
) -> list[Line]:
    """The doors with what was typed; the one that was refused is to be looked at again."""
    kinds = {one.stop_id: one for one in reports}
    return [
        Line(
            state=one,
            kind=found.kind if (found := kinds.get(one.stop.id)) else "",
            note=found.note if found else "",
            wrong=one.stop.id == wrong,
        )
        for one in states
    ]


def _instant(roster: Roster, clock: time) -> datetime:
    return datetime.combine(roster.service_date, clock, ZoneInfo(current_site().time_zone))
