"""The printed sheets of a round, and the code on each that leads back to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from canteen.blueprints.access import allow, public
from canteen.blueprints.context import Here, here, now, today
from canteen.blueprints.delivery.blueprint import blueprint, diet_words, tell
from canteen.blueprints.delivery.rosters.views import by_volunteer, names_of
from canteen.blueprints.delivery.signing import paper_keys, printed_address
from canteen.blueprints.filters import is_english
from canteen.blueprints.ours import ours
from canteen.blueprints.row_ids import row_id
from canteen.delivery import queries, rules
from canteen.delivery.contact.queries import lines_of as contact_lines_of
from canteen.delivery.models import Roster, Volunteer
from canteen.delivery.paper import links
from canteen.delivery.paper.queries import ends_of
from canteen.delivery.paper.rules import Column, lines_of, on_pages
from canteen.delivery.queries import StopState
from canteen.delivery.volunteering.agreements import accepted_by, agreement_on
from canteen.foundation.codes import address_svg
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.sites.models import Site
from canteen.staff.rules import Role

_OFFICE = {Role.MANAGER, Role.COMMUNITY, Role.ADMINISTRATOR}

# Millimetres of an upright A4 sheet as `delivery_paper.css` prints it.
_PAGE = 277.0
_HEAD, _FOOT, _SIGNATURE = 36.0, 20.0, 14.0
_ROW, _LINE = 12.5, 8.0
"""A row besides its words: the ticks, its padding, its rule; and one line of words."""
_WHERE, _MIND, _HEAD_WIDTH = 15.0, 12.0, 32.0
"""So many full-width signs stand on a line of either column, and of the head."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One volunteer's sheet, page by page; the red ones have neither volunteer nor code."""

    volunteer: Volunteer | None
    pages: list[list[StopState]]
    doors: int
    boxes: int
    by_diet: list[tuple[str, int]]
    code: Markup | str
    digits: str


@blueprint.get("/delivery/rosters/<int:roster_id>/sheets")
@allow(Role.MANAGER, Role.COMMUNITY)
def sheets(roster_id: int) -> Any:
    """The printed sheets, one volunteer after the other."""
    found = ours(Roster, roster_id)
    stops = queries.stops_of(
        db.session(), roster_id=roster_id, volunteer_id=request.args.get("volunteer", type=row_id)
    )
    names = names_of(found)
    rounds = by_volunteer(stops, lambda state: state.stop.volunteer_id)
    known = names["volunteers"]
    carried = [_sheet(found, known[one], states) for one, states in rounds.items() if one]
    red = [_sheet(found, None, rounds[None])] if None in rounds else []
    agreement = agreement_on(db.session(), site_id=found.site_id, day=today())
    signed = accepted_by(db.session(), site_id=found.site_id, version=agreement.version)
    return render_template(
        "delivery/paper/sheets.html",
        roster=found,
        sheets=[*carried, *red],
        lines=contact_lines_of(db.session(), site_id=found.site_id),
        unsigned=[known[one].name for one in rounds if one and one not in signed],
        **names,
    )


@blueprint.get("/sheets/<code>")
@public
def sheet_code(code: str) -> Any:
    """Where a sheet's code leads: a volunteer to their round, the office to typing it in.

    Nobody else sees anything: it names a round and nobody on it.
    """
    link = links.read_link(code, now=now(), secrets=paper_keys()) or abort(404)
    roster = db.session.get(Roster, link.roster_id) or abort(404)
    asking = here()
    if asking and asking.person.roles_at(roster.site_id) & _OFFICE:
        return _to_typing(asking, roster, link)
    if link.over:
        wanted = url_for("delivery.sheet_code", code=code)
        canteen = db.session.get_one(Site, roster.site_id)
        return render_template(
            "delivery/paper/sheet_over.html", canteen=canteen, signed_in=bool(asking), wanted=wanted
        )
    if asking is None:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if Role.VOLUNTEER not in asking.person.roles_at(roster.site_id):
        abort(403)
    return redirect(url_for("delivery.own_round"))


@blueprint.post("/delivery/scanned-sheets")
@allow(Role.MANAGER, Role.COMMUNITY)
def scanned_sheet() -> Any:
    """A gun read a sheet's code: to typing in that round."""
    digits = links.scanned(request.form.get("code", "")[:400])
    link = links.read_link(digits, now=now(), secrets=paper_keys()) if digits else None
    if link is None:
        tell(Refusal("sheet_code_unknown"))
        return redirect(url_for("delivery.rosters"))
    ours(Roster, link.roster_id)
    return redirect(_typing(link))


def _to_typing(asking: Here, roster: Roster, link: links.SheetLink) -> Any:
    if asking.site_id != roster.site_id:
        canteen = db.session.get_one(Site, roster.site_id)
        flash(_("这张单子是%(site)s的，请先换到那个食堂再扫", site=canteen.name), "warn")
        return redirect(url_for("home.site_choice"))
    return redirect(_typing(link))


def _typing(link: links.SheetLink) -> str:
    return url_for(
        "delivery.round_on_paper", roster_id=link.roster_id, volunteer_id=link.volunteer_id
    )


def _sheet(roster: Roster, volunteer: Volunteer | None, states: Sequence[StopState]) -> Sheet:
    made = [one.stop for one in states if one.stop.problem != rules.TAG_EXPIRED]
    diets: dict[str, int] = {}
    for stop in made:
        diets[stop.diet] = diets.get(stop.diet, 0) + stop.boxes
    digits = _digits(roster, volunteer) if volunteer else ""
    address = printed_address(url_for("delivery.sheet_code", code=digits)) if digits else ""
    by_diet = sorted(diets.items(), key=lambda one: (one[0] != "", -one[1], one[0]))
    return Sheet(
        volunteer=volunteer,
        pages=_pages(states, head_lines=_head_lines(by_diet)),
        doors=len(states),
        boxes=sum(stop.boxes for stop in made),
        by_diet=by_diet,
        code=address_svg(address, label=_("打开这一趟")) if address else "",
        digits=digits,
    )


def _digits(roster: Roster, volunteer: Volunteer) -> str:
    return links.make_link(
        roster_id=roster.id,
        volunteer_id=volunteer.id,
        ends=ends_of(db.session(), roster=roster, volunteer=volunteer),
        secrets=paper_keys(),
    )


def _pages(states: Sequence[StopState], *, head_lines: int) -> list[list[StopState]]:
    """Doors page by page, none of them torn: each row's height from its words."""
    room = _PAGE - _HEAD - _FOOT - _SIGNATURE - _LINE * max(0, head_lines - 2)
    heights = [_ROW + _LINE * _lines(one) for one in states]
    return on_pages(states, heights, first=room, rest=room)


def _head_lines(by_diet: Sequence[tuple[str, int]]) -> int:
    """How many lines the boxes by diet take below a sheet's head."""
    words = " · ".join(f"{_words(line) or _('普通')} {count}" for line, count in by_diet)
    return lines_of([Column(texts=[words], width=_HEAD_WIDTH)])


def _words(line: str) -> str:
    return ("、" if not is_english() else ", ").join(diet_words(line))


def _lines(state: StopState) -> int:
    stop = state.stop
    words = _words(stop.diet)
    leave = _("可放门口") if stop.may_leave_at_door else _("要交到本人")
    more = _("%(n)s 份", n=stop.boxes) if stop.boxes > 1 else ""
    problem = "✕" * 10 if stop.problem else ""
    return lines_of(
        [
            Column(texts=[stop.address, stop.diner_name], width=_WHERE),
            Column(texts=[more, words, stop.door_note, leave, problem], width=_MIND),
        ]
    )
