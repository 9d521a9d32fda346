"""Portions of a week and the purchase list that follows from them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.kitchen import words
from canteen.blueprints.kitchen.sheets import workbook
from canteen.blueprints.menus import larder_words
from canteen.blueprints.menus.views import monday_or_404
from canteen.blueprints.row_ids import LARGEST
from canteen.foundation.calendar import week_name
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.kitchen import actions, queries
from canteen.kitchen.queries import KitchenWeek
from canteen.kitchen.rules import CookedDish
from canteen.sites import queries as sites
from canteen.staff.rules import Role

blueprint = Blueprint("kitchen", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHARE = re.compile(r"share-(\d{1,10})")


@blueprint.get("/kitchen")
@allow(Role.KITCHEN, Role.MANAGER)
def purchases_now() -> Any:
    """What to buy for the week it is."""
    return redirect(url_for("kitchen.purchases", week=week_name(today())))


@blueprint.get("/kitchen/<week>/purchases")
@allow(Role.KITCHEN, Role.MANAGER)
def purchases(week: str) -> Any:
    """What to buy, for the whole week or for one day."""
    found = _week(week)
    day = _day_in(found, request.args.get("day"))
    shopping = queries.purchases(
        db.session(), site_id=current_site().id, week=found, days=(day,) if day else ()
    )
    return render_template(
        "kitchen/purchases.html",
        shopping=shopping,
        day=day,
        english=queries.english_names(db.session(), shopping) if is_english() else {},
        **_page(found),
    )


@blueprint.get("/kitchen/<week>/purchases.xlsx")
@allow(Role.KITCHEN, Role.MANAGER)
def purchase_file(week: str) -> Any:
    """The list as a workbook: the week, then a sheet for each day."""
    found = _week(week)
    session, site = db.session(), current_site()

    def bought(*days: date) -> Any:
        return queries.purchases(session, site_id=site.id, week=found, days=days)

    cooked = sorted({dish.day for dish in found.dishes})
    week_list = bought()
    data = workbook(
        week_list,
        [(day, bought(day)) for day in cooked],
        periods=_periods(),
        expected=found.expected,
        english=queries.english_names(session, week_list) if is_english() else {},
    )
    name = f"purchases-{week_name(found.monday)}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=XLSX, headers=headers)


@blueprint.get("/kitchen/<week>/portions")
@allow(Role.KITCHEN, Role.MANAGER)
def portions(week: str) -> Any:
    """How many are expected at each meal, and how a day's dishes share them."""
    return _portions_page(_week(week))


@blueprint.post("/kitchen/<week>/portions")
@allow(Role.KITCHEN, Role.MANAGER)
def portions_of_week(week: str) -> Any:
    """Keep the numbers of a week. The same again changes nothing."""
    found = _week(week)
    typed: dict[tuple[date, str], int | None] = {}
    for meal in found.expected:
        text = request.form.get(f"portions-{meal[0].isoformat()}-{meal[1]}")
        if text is None:
            continue
        number = _number(text)
        if number == -1:
            facts = {"value": text.strip()[:20], "limit": 20_000}
            return _portions_page(found, Refusal("portions_count", facts), request.form), 422
        typed[meal] = number
    refusal = actions.save_portions(
        site_id=current_site().id, portions=typed, now=now(), by=staff_id()
    )
    if refusal:
        return _portions_page(found, refusal, request.form), 422
    flash(_("已保存"), "good")
    return redirect(url_for("kitchen.portions", week=week))


@blueprint.post("/kitchen/<week>/shares")
@allow(Role.KITCHEN, Role.MANAGER)
def shares(week: str) -> Any:
    """Keep how many of a hundred diners take a dish. The same again changes nothing."""
    found = _week(week)
    percents: dict[int, int | None] = {}
    for name, text in request.form.items():
        field = _SHARE.fullmatch(name)
        if field is None or int(field[1]) > LARGEST:
            continue
        number = _number(text)
        if number == -1:
            facts = {"value": text.strip()[:20], "limit": 300}
            return _portions_page(found, Refusal("share_percent", facts)), 422
        percents[int(field[1])] = number
    refusal = actions.save_shares(
        site_id=current_site().id, percents=percents, now=now(), by=staff_id()
    )
    if refusal:
        return _portions_page(found, refusal), 422
    flash(_("已保存"), "good")
    day = _day_in(found, request.form.get("day"))
    return redirect(
        url_for(
            "kitchen.portions", week=week, day=day.isoformat() if day else None, _anchor="dishes"
        )
    )


def _portions_page(
    found: KitchenWeek, refusal: Refusal | None = None, typed: Mapping[str, str] | None = None
) -> str:
    day = _day_in(found, request.values.get("day")) or (
        today() if today() in found.days else found.monday
    )
    return render_template(
        "kitchen/portions.html",
        said=say(refusal) if refusal else None,
        typed=typed or {},
        day=day,
        dishes=_in_order(found, day),
        **_page(found),
    )


def _in_order(found: KitchenWeek, day: date) -> list[CookedDish]:
    """A day's dishes meal by meal, as the day goes."""
    order = {code: place for place, code in enumerate(_periods())}
    dishes = [dish for dish in found.dishes if dish.day == day]
    return sorted(dishes, key=lambda dish: order.get(dish.period, len(order)))


def _page(found: KitchenWeek) -> dict[str, Any]:
    return {
        "plan": found,
        "week": week_name(found.monday),
        "before": week_name(date.fromordinal(found.monday.toordinal() - 7)),
        "after": week_name(date.fromordinal(found.monday.toordinal() + 7)),
        "periods": _periods(),
        "kw": words,
        "lw": larder_words,
        "today": today(),
    }


def _week(week: str) -> KitchenWeek:
    return queries.kitchen_week(
        db.session(),
        site_id=current_site().id,
        monday=monday_or_404(week),
        today=today(),
        periods=list(_periods()),
    )


def _periods() -> dict[str, str]:
    return {one.code: named(one) for one in sites.periods(db.session(), current_site().id)}


def _day_in(found: KitchenWeek, text: str | None) -> date | None:
    return next((day for day in found.days if day.isoformat() == text), None)


def _number(text: str) -> int | None:
    """A whole number as typed; None for a blank, -1 for what is none."""
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1
