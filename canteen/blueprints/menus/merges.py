"""Two rows that are one dish: likely pairs, what a merge moves, and the merge."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import now, own_sites, staff_id
from canteen.blueprints.filters import named
from canteen.blueprints.menus import larder_words
from canteen.blueprints.menus.photos import photo_folder
from canteen.blueprints.menus.views import blueprint
from canteen.blueprints.row_ids import row_id
from canteen.foundation.calendar import week_name
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus import merging, photos, queries
from canteen.staff.rules import Role

SHOWN_PAIRS = 60


@blueprint.get("/dishes/duplicates")
@allow(Role.KITCHEN, Role.MANAGER)
def duplicates() -> Any:
    """Pairs that are likely one dish, for a person to judge."""
    pairs = merging.duplicates(db.session())
    return render_template("menus/duplicates.html", pairs=pairs[:SHOWN_PAIRS], count=len(pairs))


@blueprint.get("/dishes/<int:dish_id>/merge")
@allow(Role.MANAGER, Role.KITCHEN)
def dish_merge(dish_id: int) -> Any:
    """Choose the dish that is left, and see what moves to it."""
    row = queries.dish(db.session(), dish_id)
    if row is None:
        abort(404)
    return _merge_page(dish_id, request.args.get("into", type=row_id), request.args.get("q", ""))


@blueprint.post("/dishes/<int:dish_id>/merges")
@allow(Role.MANAGER, Role.KITCHEN)
def dish_merges(dish_id: int) -> Any:
    """Make one dish of two. The same again changes nothing."""
    kept_id = request.form.get("into", type=row_id)
    if kept_id is None:
        abort(400)
    done = merging.merge_dishes(gone_id=dish_id, kept_id=kept_id, now=now(), by=staff_id())
    if isinstance(done, Refusal):
        if queries.dish(db.session(), dish_id) is None:
            abort(404)
        return _merge_page(dish_id, None, "", done), 422
    photo, name = done
    photos.forget_unused(photo_folder(current_app.config), photo)
    flash(_("已并入“%(name)s”", name=name), "good")
    return redirect(url_for("menus.dish", dish_id=kept_id))


def _merge_page(
    dish_id: int, kept_id: int | None, text: str, refusal: Refusal | None = None
) -> str:
    session = db.session()
    preview = None
    if kept_id is not None:
        asked = merging.preview_merge(session, gone_id=dish_id, kept_id=kept_id)
        if isinstance(asked, Refusal):
            refusal = asked
        else:
            preview = asked
    found, _more = queries.choices(session, text=text[:40], categories=[]) if text else ([], False)
    return render_template(
        "menus/merge.html",
        dish=queries.dish(session, dish_id),
        preview=preview,
        said=say(refusal) if refusal else None,
        text=text[:40],
        found=[one for one in found if one.id != dish_id],
        week_name=week_name,
        lw=larder_words,
        site_names={one.id: named(one) for one in own_sites()},
    )
