"""The counter: one full-screen page, and the few posts it makes."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import ValidationError

from canteen.blueprints.access import allow
from canteen.blueprints.context import (
    current_site,
    now,
    roles_here,
    site_id_here,
    staff_id,
    today,
)
from canteen.blueprints.filters import is_english
from canteen.blueprints.packing import packed
from canteen.blueprints.settlement import schemas
from canteen.blueprints.settlement.clerks import MANAGING, clerk_of
from canteen.blueprints.settlement.forms import VoidForm
from canteen.blueprints.settlement.till_facts import till_facts
from canteen.blueprints.signin import limiter
from canteen.blueprints.staff.views import own_address
from canteen.cards.aliases import claim_of_alias, plain_alias
from canteen.cards.tokens import CardClaim, plain_scan, read_token
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.pictures import MAX_BYTES, read_qr
from canteen.foundation.wording import Refusal, say
from canteen.settlement import actions, queries
from canteen.settlement.actions import Receipt, Reversed
from canteen.settlement.diners import find_diners
from canteen.settlement.models import Channel, Meal, PaidBy
from canteen.settlement.printing.queries import has_printers, slips_of, standings
from canteen.settlement.rules import Order
from canteen.settlement.tray_queries import lines_of
from canteen.settlement.trays import A_LA_CARTE
from canteen.sites import queries as sites
from canteen.staff.actions import verify_sign_in
from canteen.staff.pins import verify_pin
from canteen.staff.rules import Role
from canteen.subsidies.queries import funder_names

blueprint = Blueprint("settlement", __name__)


@blueprint.get("/counter")
@allow(Role.CLERK, Role.MANAGER)
def till() -> Any:
    """The counter page."""
    facts = till_facts(
        site=current_site(), day=today(), now=now(), device=request.args.get("device")
    )
    printers = has_printers(db.session(), current_site().id)
    return packed(
        make_response(render_template("settlement/till.html", till=facts, printers=printers))
    )


@blueprint.post("/counter/meals")
@allow(Role.CLERK, Role.MANAGER)
def meal() -> Any:
    """Settle one tray: 201 with the receipt, 200 for a repeat, 409 for a refusal."""
    try:
        wanted = schemas.MealSchema.model_validate_json(schemas.body())
    except ValidationError as error:
        return schemas.invalid(error)
    order = _order(wanted)
    if isinstance(order, Refusal):
        return jsonify(schemas.refusal_json(order)), 409
    answer = actions.settle_meal(order=order, service_date=today(), now=now())
    if not isinstance(answer, Receipt):
        return jsonify(schemas.declined_json(answer)), 409
    return jsonify(schemas.receipt_json(answer)), 200 if answer.repeat else 201


@blueprint.post("/counter/meals/<uuid:meal_id>/reversal")
@allow(Role.CLERK, Role.MANAGER)
def reversal(meal_id: UUID) -> Any:
    """Undo the meal just settled."""
    done = actions.undo_meal(
        meal_id=meal_id, clerk_id=staff_id(), site_id=current_site().id, now=now()
    )
    if done is None:
        abort(404)
    if isinstance(done, Reversed):
        return jsonify(schemas.reversed_json(done))
    return jsonify(schemas.refusal_json(done)), 409


@blueprint.get("/counter/diners")
@allow(Role.CLERK, Role.MANAGER)
def diners() -> Any:
    """People by name, pinyin, initials, phone tail or card number."""
    found = find_diners(db.session(), text=request.args.get("q", "")[:40], today=today())
    return jsonify([asdict(candidate) for candidate in found])


@blueprint.post("/counter/frames")
@allow(Role.CLERK, Role.MANAGER)
@limiter.limit("20/second")
def frame() -> Any:
    """The code in one camera frame (the `look`-th of its camera) or in a photo."""
    look = request.args.get("look", type=int)
    found = read_qr(request.stream.read(MAX_BYTES + 1), look=look)
    if isinstance(found, Refusal):
        return jsonify(schemas.refusal_json(found)), 409
    return jsonify(text=found)


@blueprint.get("/meals")
@allow(Role.CLERK, Role.MANAGER)
def meals() -> Any:
    """The meals of a day, newest first."""
    day, problem = _day(request.args.get("day"))
    period = request.args.get("period", "")
    page = queries.meals_of_day(
        db.session(),
        site_id=current_site().id,
        service_date=day,
        period_code=period or None,
        page=page_number(request.args.get("page")),
    )
    return render_template(
        "settlement/meals.html",
        page=page,
        day=day,
        problem=problem,
        period=period,
        periods=sites.periods(db.session(), current_site().id),
    )


@blueprint.route("/meals/<uuid:meal_id>", methods=["GET"])
@allow(Role.CLERK, Role.MANAGER)
def one_meal(meal_id: UUID) -> Any:
    """One meal as it was: price, split, reason, who and when."""
    return _meal_page(_meal_or_404(meal_id))


@blueprint.post("/meals/<uuid:meal_id>/void")
@allow(Role.MANAGER)
def void(meal_id: UUID) -> Any:
    """Void a meal, with a reason."""
    found = _managed_or_403(_meal_or_404(meal_id))
    form = VoidForm()
    said = None
    if form.validate_on_submit():
        done = actions.void_meal(
            meal_id=meal_id,
            site_id=found.meal.site_id,
            reason=form.reason.data or "",
            by=staff_id(),
            now=now(),
        )
        if isinstance(done, Reversed):
            flash(_("已作废，钱已退回"), "good")
            return redirect(url_for("settlement.one_meal", meal_id=meal_id))
        said = say(done) if done else None
    return _meal_page(found, form=form, said=said), 422


@blueprint.post("/meals/<uuid:meal_id>/withdrawal")
@allow(Role.MANAGER)
def withdrawal(meal_id: UUID) -> Any:
    """Take a subsidy back that should not have been given; the meal stands.

    A list of such meals sends its own address as `next`, and is where it goes back to.
    """
    found = _managed_or_403(_meal_or_404(meal_id))
    form = VoidForm(prefix="withdrawal")
    if not form.validate_on_submit():
        return _meal_page(found, withdrawal=form), 422
    done = actions.withdraw_subsidy(
        meal_id=meal_id,
        site_id=found.meal.site_id,
        reason=form.reason.data or "",
        by=staff_id(),
        now=now(),
    )
    if isinstance(done, actions.Withdrawn):
        flash(_("补贴已收回，这一餐由食堂承担"), "good")
        meal_page = url_for("settlement.one_meal", meal_id=meal_id)
        return redirect(own_address(request.form.get("next")) or meal_page)
    return _meal_page(found, withdrawal=form, said=say(done) if done else None), 422


def _meal_page(
    row: queries.MealRow,
    *,
    form: VoidForm | None = None,
    withdrawal: VoidForm | None = None,
    said: Any = None,
) -> str:
    """A meal with its split, and for managers what the canteen earns beside it."""
    manager = _manages(row.meal)
    grants = queries.grants_of(db.session(), row.meal.id) if manager else ()
    names = funder_names(db.session(), {grant.funder for grant in grants})
    parts = _parts(row.meal)
    return render_template(
        "settlement/meal.html",
        row=row,
        parts=parts,
        grants=[
            (names.get(grant.funder, (grant.funder,) * 2)[is_english()], grant) for grant in grants
        ],
        form=form or VoidForm(),
        withdrawal=withdrawal or VoidForm(prefix="withdrawal"),
        may_void=manager and row.meal.voided_at is None,
        may_withdraw=manager and _paid_by_others(row.meal),
        said=said,
        printers=standings(db.session(), site_id=row.meal.site_id, now=now()),
        slips=slips_of(db.session(), row.meal.id),
        lines=lines_of(db.session(), row.meal.id),
    )


def _paid_by_others(meal: Meal) -> bool:
    """Whether somebody besides the canteen pays a part that still stands."""
    if meal.voided_at is not None or meal.withdrawn_at is not None:
        return False
    return any(part["funder"] != actions.OPERATOR for part in json.loads(meal.parts or "[]"))


def _meal_or_404(meal_id: UUID) -> queries.MealRow:
    """A meal of this site or of another one at which the person works at the counter or manages."""
    found = queries.one_meal(db.session(), meal_id=meal_id)
    if found is None or not current_user.roles_at(found.meal.site_id) & {Role.CLERK, *MANAGING}:
        abort(404)
    return found


def _managed_or_403(row: queries.MealRow) -> queries.MealRow:
    if not _manages(row.meal):
        abort(403)
    return row


def _manages(meal: Meal) -> bool:
    """Whether the signed-in person manages the site at which a meal was eaten."""
    return bool(current_user.roles_at(meal.site_id) & MANAGING)


def _parts(meal: Meal) -> list[tuple[str, int]]:
    """(funder's name, fen) of a meal's split."""
    parts = json.loads(meal.parts or "[]")
    names = funder_names(db.session(), {part["funder"] for part in parts})
    return [
        (names.get(part["funder"], (part["funder"],) * 2)[is_english()], part["amount_fen"])
        for part in parts
    ]


def _day(text: str | None) -> tuple[date, str]:
    """A day from the address; today, and a sentence, where it is not one."""
    if not text:
        return today(), ""
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        return today(), _("没有“%(value)s”这一天，请填如 2026-11-22", value=text[:30])


def _order(wanted: schemas.MealSchema) -> Order | Refusal:
    """What is asked, with the card's code proven and the manager who lets it through."""
    card = None
    if wanted.token is not None:
        claim = _claim(wanted.token)
        if isinstance(claim, Refusal):
            return claim
        card = (claim.number, claim.issue)
    manager = _manager(wanted)
    if isinstance(manager, Refusal):
        return manager
    return Order(
        meal_id=wanted.id,
        site_id=site_id_here(),
        device_id=wanted.device_id,
        clerk_id=clerk_of(wanted.clerk) if wanted.clerk else staff_id(),
        period_code=wanted.period,
        set_code=wanted.set or A_LA_CARTE,
        tray=wanted.tray.asked() if wanted.tray else None,
        channel=Channel(wanted.channel),
        pay_by=PaidBy(wanted.pay_by),
        card=card,
        resident_id=wanted.resident_id,
        guest=wanted.guest,
        override_by=manager,
        override_reason=wanted.reason.strip() if manager else "",
    )


def _claim(text: str) -> CardClaim | Refusal:
    """What was scanned: a card's code, or a number that a reader types and that stands for one."""
    claim = read_token(text, storage.keys().card)
    if not isinstance(claim, Refusal) or plain_alias(text) is None:
        return claim
    known = claim_of_alias(db.session(), text)
    if known is not None:
        return known
    # Ten digits are what readers type; a code that was cut is nearly whole or nearly nothing.
    is_chip = len(plain_scan(text)) == 10 or claim.code == "token_not_ours"
    return Refusal("alias_unknown") if is_chip else claim


def _manager(wanted: schemas.MealSchema) -> int | Refusal | None:
    """Who lets it through: the manager at the counter, or one who gave their PIN or password.

    A wrong PIN counts towards its lock, as it does when somebody changes over.
    """
    if not wanted.extra and wanted.manager is None:
        return None
    if not wanted.reason.strip():
        return Refusal("reason_needed")
    if wanted.manager is None:
        return staff_id() if roles_here() & MANAGING else Refusal("manager_needed")
    person = _proven(wanted.manager)
    if isinstance(person, Refusal):
        return person
    if not person.roles_at(site_id_here()) & MANAGING:
        return Refusal("manager_needed")
    return int(person.id)


def _proven(who: schemas.ManagerSchema) -> Any:
    """The person whose PIN or password it is, or a refusal."""
    if who.staff_id is not None:
        with limiter.limit("20/minute"):
            return verify_pin(staff_id=who.staff_id, pin=who.pin, site_id=site_id_here(), now=now())
    with limiter.limit("10/minute"):
        person = verify_sign_in(username=who.username, password=who.password)
    return Refusal("manager_needed") if isinstance(person, Refusal) else person
