"""Preparing a claim: what it would hold, what to look at first, and closing it."""

from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from canteen.blueprints.access import allow
from canteen.blueprints.claims import names
from canteen.blueprints.claims.blueprint import blueprint, meal_periods
from canteen.blueprints.claims.choices import Choice, managed_ids, managed_sites, read_choice
from canteen.blueprints.claims.forms import ClosingForm
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.claims import actions, queries
from canteen.claims.rules import Preview, Problem, Span, Total, month_of, spans_before
from canteen.claims.waiting import Late, LateLine, late_lines, unclaimed_spans
from canteen.foundation.database import db
from canteen.foundation.paging import PAGE_SIZE, Page, cut, page_number
from canteen.foundation.wording import Refusal, Said, say
from canteen.staff.rules import Role
from canteen.subsidies.models import Funder
from canteen.subsidies.queries import funders

QUICKLY_CHECKED = 25_000
"""Lines that are looked at one by one in about a second; of more, a person has to ask for it."""
OWN_MONEY = "operator"
"""The level of a funder that is the canteen itself: nobody to claim from."""


@dataclass(frozen=True)
class Offer:
    """What the form at the head of the page lets one choose from."""

    funders: list[Funder]
    spans: list[Span]
    default: Choice | None
    """The oldest month that waits, or the one that runs; None where nobody pays anything."""


@blueprint.get("/new")
@allow(Role.MANAGER)
def new() -> Any:
    """What a claim would hold, and what should be looked at before it is closed."""
    offer = _offer()
    if offer.default is None:
        return _page(offer, None)
    choice = _choice(offer.default, request.args)
    if isinstance(choice, str):
        return _page(offer, offer.default, problem=choice, status=400)
    return _page(offer, choice)


@blueprint.post("")
@allow(Role.MANAGER)
def closing() -> Any:
    """Begin to close a claim, and go where its progress is shown."""
    offer, form = _offer(), ClosingForm()
    choice = _choice(offer.default, request.form) if offer.default else None
    if not isinstance(choice, Choice):
        abort(400)
    if not form.validate_on_submit():
        return _page(offer, choice, form=form, status=422)
    order = actions.Order(
        funder_code=choice.funder_code,
        first_day=choice.span.first_day,
        last_day=choice.span.last_day,
        site_ids=choice.site_ids,
        reason=(form.reason.data or "").strip(),
    )
    asked = actions.ask_to_close(
        order, site_id=current_site().id, today=today(), by=staff_id(), now=now()
    )
    if isinstance(asked, Refusal):
        return _page(offer, choice, form=form, said=say(asked), status=409)
    return redirect(url_for("jobs.job", job_id=asked))


def _offer() -> Offer:
    """Funders to claim from, periods that are over, and what is most likely wanted."""
    session, mine = db.session(), managed_ids()
    payers = [one for one in funders(session) if one.level != OWN_MONEY]
    spans = spans_before(today())
    default = None
    if payers and mine:
        waiting = unclaimed_spans(session, site_ids=mine, today=today())
        first = min(waiting, key=lambda one: one.span.first_day, default=None)
        code, span = (
            (first.funder_code, first.span) if first else (payers[0].code, month_of(today()))
        )
        default = Choice(code, span, mine, everywhere=True)
    return Offer(payers, spans, default)


def _choice(default: Choice, words: MultiDict[str, str]) -> Choice | str:
    codes = [one.code for one in funders(db.session())]
    return read_choice(words, funders=codes, default=default)


def _page(
    offer: Offer,
    choice: Choice | None,
    *,
    form: ClosingForm | None = None,
    problem: str = "",
    said: Said | None = None,
    status: int = 200,
) -> Any:
    number = page_number(request.args.get("page"))
    seen = None if choice is None or problem else _preview(choice, number)
    page = render_template(
        "claims/new.html",
        offer=offer,
        choice=choice,
        spans=_spans(offer, choice),
        sites=managed_sites(),
        seen=seen,
        problems=_problems(seen, number) if seen else None,
        late=_late(choice, seen) if choice and seen else {},
        periods=meal_periods() if choice else {},
        refused=say(seen.refusal) if seen and seen.refusal else None,
        form=form or ClosingForm(formdata=None),
        problem=problem,
        said=said,
    )
    return page, status


def _preview(choice: Choice, number: int) -> Preview:
    return queries.preview(
        db.session(),
        funder_code=choice.funder_code,
        first_day=choice.span.first_day,
        last_day=choice.span.last_day,
        site_ids=choice.site_ids,
        today=today(),
        problems_shown=number * PAGE_SIZE + 1,
        checked_up_to=None if "check" in request.args else QUICKLY_CHECKED,
    )


def _problems(seen: Preview, number: int) -> Page[Problem]:
    return cut(seen.problems[(number - 1) * PAGE_SIZE :], number)


def _late(choice: Choice, seen: Preview) -> dict[str, Page[LateLine]]:
    """The first lines that came late and those that take something back, where there are any."""
    totals: dict[Late, Total] = {
        "carried": seen.totals.carried,
        "corrections": seen.totals.corrections,
    }
    return {
        only: late_lines(
            db.session(),
            funder_code=choice.funder_code,
            first_day=choice.span.first_day,
            last_day=choice.span.last_day,
            site_ids=choice.site_ids,
            only=only,
            page=page_number(request.args.get(only)),
        )
        for only, total in totals.items()
        if total.lines
    }


def _spans(offer: Offer, choice: Choice | None) -> list[tuple[str, str]]:
    """(word, name) of the periods to choose from; the one that runs may be looked at."""
    listed = [month_of(today()), *offer.spans]
    if choice and choice.span not in listed:
        listed.insert(0, choice.span)
    return [(span.name, names.span_name(span)) for span in listed]
