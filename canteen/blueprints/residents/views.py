"""People: the list, and its search."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, today
from canteen.blueprints.residents.blueprint import DESK, blueprint
from canteen.blueprints.row_ids import row_id
from canteen.cards.queries import holder_of_number
from canteen.cards.tokens import unproven_number
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.storage import keys
from canteen.residents import grid_queries, queries
from canteen.residents.models import GridNode, Level, Status
from canteen.residents.rules import Query, read_query


@blueprint.get("/residents")
@allow(*DESK)
def people() -> Any:
    """The list, and what a search finds in it."""
    asked = request.args.get("q", "")
    query = read_query(asked)
    if query.kind in _PRIVATE:
        return _whom(query)
    node = _node(request.args.get("node", type=row_id))
    everywhere = node is not None or bool(request.args.get("everywhere"))
    page = queries.people(
        db.session(),
        site_id=None if everywhere else current_site().id,
        query=query,
        status=_status() if query.kind == "nothing" else None,
        card_holder=_card_holder(query),
        keys=keys(),
        node_path=node.path if node else None,
        number=page_number(request.args.get("page")),
    )
    return render_template(
        "residents/people.html",
        page=page,
        asked=asked,
        query=query,
        status=_status(),
        node=node,
        everywhere=bool(request.args.get("everywhere")),
        addresses=grid_queries.addresses(db.session(), [p.household_id for p in page.rows]),
        tags=queries.tags_of(db.session(), [p.id for p in page.rows], today()),
        today=today(),
    )


@blueprint.post("/residents/searches")
@allow(*DESK)
def search() -> Any:
    """Look for what was typed or scanned; secrets go straight to the person they mean."""
    asked = request.form.get("q", "")
    query = read_query(asked)
    if query.kind in _PRIVATE:
        return _whom(query)
    everywhere = 1 if request.form.get("everywhere") else None
    return redirect(url_for("residents.people", q=asked[:80] or None, everywhere=everywhere))


def _card_holder(query: Query) -> int | None:
    """Whose card it is that was scanned or typed; any state: it only finds a page."""
    number = unproven_number(query.value) if query.kind == "card_token" else query.value
    if query.kind not in ("card_token", "card_number") or number is None:
        return None
    return holder_of_number(db.session(), number)


_PRIVATE = ("card_token", "id", "phone")
"""What may not stay in an address: it would be kept by histories, proxies and logs."""


def _whom(query: Query) -> Any:
    """To the one person a card, an ID number or a whole phone number means."""
    page = queries.people(
        db.session(), site_id=None, query=query, status=None,
        card_holder=_card_holder(query), keys=keys(),
    )  # fmt: skip
    if len(page.rows) == 1:
        return redirect(url_for("residents.person", resident_id=page.rows[0].id))
    if page.rows:  # a family with one phone
        return redirect(url_for("residents.people", q=query.value[-4:], everywhere=1))
    flash(_("没有找到这张卡或这个号码，请按姓名查找"), "warn")
    return redirect(url_for("residents.people"))


def _status() -> str:
    asked = request.args.get("status", "")
    return asked if asked in (Status.MOVED, Status.DECEASED) else Status.ACTIVE


def _node(node_id: int | None) -> GridNode | None:
    """The place to look below; a whole community is looked at by searching, not listing."""
    found = db.session.get(GridNode, node_id) if node_id else None
    return found if found and found.level != Level.COMMUNITY else None
