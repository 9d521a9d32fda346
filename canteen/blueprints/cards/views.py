"""Cards: who has one, issuing, loss, replacement, closing."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from canteen.blueprints.access import allow
from canteen.blueprints.cards.forms import AliasForm, CashForm
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.flashes import tell
from canteen.blueprints.row_ids import row_id
from canteen.cards import actions, aliases, passes, queries
from canteen.cards.models import Card, CardState
from canteen.cards.queries import Show
from canteen.cards.rules import MOST_AT_ONCE, grouped
from canteen.cards.tokens import unproven_number
from canteen.foundation.database import db
from canteen.foundation.paging import Page, page_number
from canteen.foundation.wording import Refusal
from canteen.ledger.models import TransferKind
from canteen.residents.models import Resident, Status
from canteen.settlement.statement import statement
from canteen.staff.rules import Role

blueprint = Blueprint("cards", __name__)

STATE_NAMES = {
    CardState.ACTIVE: _l("在用"),
    CardState.LOST: _l("已挂失"),
    CardState.REPLACED: _l("已换新卡"),
    CardState.CLOSED: _l("已注销"),
}
KIND_NAMES = {
    TransferKind.TOP_UP: _l("现金充值"),
    TransferKind.REFUND: _l("退现金"),
    TransferKind.MEAL_WALLET: _l("用餐"),
    TransferKind.REVERSAL: _l("退回"),
    TransferKind.TOP_UP_BONUS: _l("充值赠送"),
}
SHOW_NAMES = {
    Show.EVERYBODY: _l("全部"),
    Show.ACTIVE: _l("有卡"),
    Show.UNPRINTED: _l("待打印"),
    Show.LOST: _l("已挂失"),
    Show.NONE: _l("没有卡"),
}


@blueprint.get("/cards")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def cards() -> Any:
    """The people of this site and their cards; a search looks everywhere."""
    text = request.args.get("q", "").strip()[:80]
    show, building = chosen_show(), request.args.get("building", type=row_id)
    session, site_id = db.session(), current_site().id
    if unproven_number(text):
        return _whose(text)
    if text:
        page = Page(rows=queries.search(session, text), number=1, has_next=False)
    else:
        page = queries.holders(
            session,
            site_id=site_id,
            show=show,
            building_id=building,
            number=page_number(request.args.get("page")),
        )
    return render_template(
        "cards/cards.html",
        page=page,
        text=text,
        show=show,
        show_names=SHOW_NAMES,
        building=building,
        buildings=queries.buildings(session, site_id=site_id),
    )


@blueprint.post("/cards/searches")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def search() -> Any:
    """Look for what was typed or scanned; a card's code never stands in an address."""
    text = request.form.get("q", "").strip()[:80]
    if unproven_number(text):
        return _whose(text)
    return redirect(url_for("cards.cards", q=text or None))


@blueprint.get("/residents/<int:resident_id>/card")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def person(resident_id: int) -> Any:
    """One person's card, balance and last movements."""
    form = CashForm()
    form.fresh_id()
    return person_page(resident_id, form)


@blueprint.get("/cards/new")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def people_without_card() -> Any:
    """Who has no card: pick some and issue them together."""
    building = request.args.get("building", type=row_id)
    session, site_id = db.session(), current_site().id
    return render_template(
        "cards/people_without_card.html",
        people=queries.without_card(session, site_id=site_id, building_id=building),
        building=building,
        buildings=queries.buildings(session, site_id=site_id),
        most=MOST_AT_ONCE,
    )


@blueprint.post("/cards")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def issues() -> Any:
    """Issue cards to a selection, and show what is to be printed."""
    chosen = request.form.getlist("resident_id", type=row_id)
    if not chosen:
        return _refused(Refusal("no_cards_chosen"), url_for("cards.people_without_card"))
    made = actions.issue_cards(resident_ids=chosen, now=now(), by=staff_id())
    if isinstance(made, Refusal):
        return _refused(made, url_for("cards.people_without_card"))
    if not made:
        flash(_("选中的人都有卡了，没有发新卡"), "warn")
        return redirect(url_for("cards.people_without_card"))
    flash(_("已发 %(count)s 张卡", count=len(made)), "good")
    return redirect(url_for("card_prints.sheet", card=made))


@blueprint.post("/residents/<int:resident_id>/cards")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def issue(resident_id: int) -> Any:
    """Issue one card."""
    try:
        made = actions.issue_card(resident_id=resident_id, now=now(), by=staff_id())
    except NoResultFound:
        abort(404)
    back = url_for("cards.person", resident_id=resident_id)
    if isinstance(made, Refusal):
        return _refused(made, back)
    flash(_("已发卡，请打印"), "good")
    return redirect(back)


@blueprint.post("/cards/<int:card_id>/loss")
@allow(Role.CLERK, Role.MANAGER)
def loss(card_id: int) -> Any:
    """The card is gone: no counter takes it from now on."""
    card = _card_or_404(card_id)
    done = actions.report_card_lost(card_id=card_id, now=now(), by=staff_id())
    said = _("已挂失，旧卡立即停用，余额不受影响")
    return _answered(done, card.resident_id, said)


@blueprint.post("/cards/<int:card_id>/replacement")
@allow(Role.CLERK, Role.MANAGER)
def replacement(card_id: int) -> Any:
    """A new card for a worn or lost one."""
    card = _card_or_404(card_id)
    done = actions.replace_card(card_id=card_id, now=now(), by=staff_id())
    return _answered(done, card.resident_id, _("已换新卡，旧卡停用，请打印新卡"))


@blueprint.post("/cards/<int:card_id>/closure")
@allow(Role.CLERK, Role.MANAGER)
def closure(card_id: int) -> Any:
    """The person wants no card any more."""
    card = _card_or_404(card_id)
    done = actions.close_card(card_id=card_id, now=now(), by=staff_id())
    return _answered(done, card.resident_id, _("已注销，余额仍在"))


@blueprint.post("/cards/<int:card_id>/aliases")
@allow(Role.CLERK, Role.MANAGER)
def alias(card_id: int) -> Any:
    """Something the person carries stands for their card from now on."""
    card = _card_or_404(card_id)
    form = AliasForm()
    back = url_for("cards.person", resident_id=card.resident_id)
    text = form.code.data or "" if form.validate_on_submit() else ""
    done = aliases.add_alias(card_id=card_id, text=text, now=now(), by=staff_id())
    if isinstance(done, Refusal):
        return _refused(done, back)
    flash(_("已登记，尾号 %(tail)s", tail=done.tail), "good")
    return redirect(back)


@blueprint.post("/cards/<int:card_id>/aliases/<int:alias_id>/ending")
@allow(Role.CLERK, Role.MANAGER)
def alias_ending(card_id: int, alias_id: int) -> Any:
    """It stands for nothing any more."""
    card = _card_or_404(card_id)
    if not aliases.end_alias(alias_id=alias_id, card_id=card_id, now=now(), by=staff_id()):
        abort(404)
    flash(_("已删掉，不能再用它刷卡"), "good")
    return redirect(url_for("cards.person", resident_id=card.resident_id))


def chosen_show() -> Show:
    """The filter of the address; whatever is not one shows everybody."""
    asked = request.args.get("show", "")
    return Show(asked) if asked in set(Show) else Show.EVERYBODY


def person_page(resident_id: int, form: CashForm, said: Any = None, status: int = 200) -> Any:
    """The card page of a person, with the top-up form as it was sent; 404 for nobody."""
    holder = queries.holder(db.session(), resident_id) or abort(404)
    seen = cards_and_present(resident_id)
    page = render_template(
        "cards/person.html",
        holder=holder,
        form=form,
        said=said,
        state_names=STATE_NAMES,
        kind_names=KIND_NAMES,
        grouped=grouped,
        lines=statement(db.session(), resident_id=resident_id, number=1).rows[:8],
        offers=pass_offers(holder.status),
        held_passes=passes.passes_of(db.session(), resident_id, now=now()),
        today=today(),
        **seen,
    )
    return page, status


def pass_offers(status: str) -> list[tuple[passes.Offer, str]]:
    """What passes are sold here, each with the id of its form; none to who has gone."""
    if status != Status.ACTIVE:
        return []
    found = passes.offers(db.session(), site_id=current_site().id, day=today())
    return [(offer, str(uuid4())) for offer in found]


def cards_and_present(resident_id: int) -> dict[str, Any]:
    """Every card of a person, and the newest one."""
    every = queries.cards_of(db.session(), resident_id)
    newest = every[0] if every else None
    return {
        "cards": every,
        "card": newest,
        "card_aliases": aliases.aliases_of(db.session(), newest.id) if newest else [],
        "alias_form": AliasForm(formdata=None),
    }


def resident_or_404(resident_id: int) -> Resident:
    """The person of an address."""
    return db.get_or_404(Resident, resident_id)


def _whose(scan: str) -> Response:
    """To the person whose card was scanned."""
    found = queries.search(db.session(), scan)
    if not found:
        return _refused(Refusal("card_unknown"), url_for("cards.cards"))
    return redirect(url_for("cards.person", resident_id=found[0].resident_id))


def _card_or_404(card_id: int) -> Card:
    return db.get_or_404(Card, card_id)


def _answered(done: Card | Refusal, resident_id: int, said: str) -> Response:
    back = url_for("cards.person", resident_id=resident_id)
    if isinstance(done, Refusal):
        return _refused(done, back)
    flash(said, "good")
    return redirect(back)


def _refused(refusal: Refusal, address: str) -> Response:
    tell(refusal)
    return redirect(address)
