"""The rules of planning as a page: a manager reads and moves them, an engineer is not needed."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.menus import plan_rule_words as words
from canteen.blueprints.menus.views import blueprint
from canteen.foundation.database import db
from canteen.foundation.money import parse_yuan, yuan
from canteen.foundation.wording import Refusal, Said, say
from canteen.menus import plan_actions, plan_queries
from canteen.menus.categories import CATEGORIES, EQUIPMENT
from canteen.menus.plan_diets import KNOWABLE
from canteen.menus.plan_facts import settings_of
from canteen.menus.plan_settings import PlanSettings, document_of
from canteen.menus.plan_words import Names, category_words, diet_words, equipment_words, mark_words
from canteen.menus.planning.facts import NUTRIENT_UNITS
from canteen.menus.planning.rules import SOFT
from canteen.sites import queries as sites
from canteen.staff.rules import Role

EMPTY_ROWS = 2
"""Rows for something more that is not served."""

_USUAL = ("no_pork", "vegetarian", "low_salt", "low_sugar")
"""Diets that stand first; the others fold out unless they are asked for."""

_NUMBERS = (
    "foods_a_day", "foods_a_week", "fish_a_week", "soy_days_a_week", "methods_in_a_meal", "seconds",
)  # fmt: skip


@blueprint.get("/menus/planning-rules")
@allow(Role.MANAGER)
def planning_rules() -> Any:
    """What every plan keeps, and what a good one does."""
    settings = settings_of(db.session(), current_site().id)
    return _rules_page(_fields_of(settings, _names()), {})


@blueprint.post("/menus/planning-rules")
@allow(Role.MANAGER)
def save_planning_rules() -> Any:
    """Save them, or say beside each field what is wrong with it."""
    periods = [one.code for one in sites.periods(db.session(), current_site().id)]
    document, mistakes = _document(periods)
    refusals = mistakes or plan_actions.save_planning_rules(
        site_id=current_site().id, document=document, now=now(), by=staff_id()
    )
    if refusals:
        return _rules_page(request.form.to_dict(), _by_field(refusals)), 422
    flash(_("已保存，下次排菜就按这些规则"), "good")
    return redirect(url_for("menus.planning_rules"))


def _rules_page(fields: Mapping[str, str], mistakes: Mapping[str, Said]) -> str:
    session, site_id = db.session(), current_site().id
    return render_template(
        "menus/plan_rules.html",
        fields=fields,
        mistakes=mistakes,
        periods=sites.periods(session, site_id),
        categories=[(code, category_words(code)) for code in CATEGORIES],
        diets=[(code, diet_words(code)) for code in KNOWABLE],
        first_diets={one for one in KNOWABLE if one in _USUAL or fields.get(f"diets.{one}")},
        equipment=[(code, equipment_words(code)) for code in EQUIPMENT],
        groups=words.groups(),
        bands=words.bands(),
        ban_rows=_ban_rows(fields),
        has_capacity=any(one.startswith("capacity.") and fields[one] for one in fields),
        to_ban=plan_queries.words_to_ban(session),
        weekdays=words.weekdays(),
        importance_words=words.importance_words(),
    )


# --- From settings to fields ---------------------------------------------------------------


def _fields_of(settings: PlanSettings, names: Names) -> dict[str, str]:
    """Every field of the page by its name, as text."""
    document = document_of(settings)
    fields = {name: str(document[name]) for name in _NUMBERS}
    for group in ("return_days", "diets", "importance", "meal_share"):
        fields |= {f"{group}.{key}": str(value) for key, value in document[group].items()}
    fields |= {f"budget_fen.{key}": yuan(fen) for key, fen in settings.budget_fen.items()}
    for period, tools in settings.capacity.items():
        fields |= {f"capacity.{period}.{tool}": str(count) for tool, count in tools.items()}
    for code, limits in settings.bands.items():
        pair = zip(("low", "high"), limits, strict=True)
        fields |= {f"bands.{code}.{end}": str(one) for end, one in pair if one is not None}
    fields |= {name: "1" for name in words.BALANCES if document[name]}
    fields |= {f"closed_weekdays.{day}": "1" for day in settings.closed_weekdays}
    fields["closed_days"] = " ".join(day.isoformat() for day in settings.closed_days)
    for row, ban in enumerate(settings.bans):
        fields[f"ban.{row}.what"] = mark_words(ban.mark, names)
        fields[f"ban.{row}.mark"] = ban.mark
        fields[f"ban.{row}.reason"] = ban.reason
        fields[f"ban.{row}.days"] = " ".join(day.isoformat() for day in ban.days)
        fields |= {f"ban.{row}.weekday.{day}": "1" for day in ban.weekdays}
        fields |= {f"ban.{row}.period.{period}": "1" for period in ban.periods}
    return fields


def _ban_rows(fields: Mapping[str, str]) -> range:
    used = [
        int(number)
        for name, value in fields.items()
        if name.startswith("ban.") and value and (number := name.split(".")[1]).isdigit()
    ]
    return range(max(used, default=-1) + 1 + EMPTY_ROWS)


def _names() -> Names:
    return plan_queries.names_of(db.session(), current_site().id)


# --- From fields to a document ---------------------------------------------------------------


def _document(periods: list[str]) -> tuple[dict[str, Any], list[Refusal]]:
    """What was typed as a document; amounts and words that are none are mistakes at once."""
    mistakes: list[Refusal] = []
    document: dict[str, Any] = {
        "return_days": _group("return_days", tuple(CATEGORIES)),
        "diets": _group("diets", KNOWABLE),
        "importance": _group("importance", tuple(SOFT)),
        "meal_share": _group("meal_share", periods),
        "capacity": {one: _group(f"capacity.{one}", tuple(EQUIPMENT)) for one in periods},
        "budget_fen": _budgets(periods, mistakes),
        "bands": {
            code: [_typed(f"bands.{code}.low") or None, _typed(f"bands.{code}.high") or None]
            for code in NUTRIENT_UNITS
        },
        "closed_weekdays": [day for day in range(7) if _typed(f"closed_weekdays.{day}")],
        "closed_days": _typed("closed_days").replace(",", " ").replace("，", " ").split(),
        "bans": _bans(periods, mistakes),
        **{name: bool(_typed(name)) for name in words.BALANCES},
        **{name: _typed(name) for name in _NUMBERS},
    }
    return document, mistakes


def _group(group: str, keys: Any) -> dict[str, str]:
    """The fields of a group that are not blank."""
    return {key: value for key in keys if (value := _typed(f"{group}.{key}"))}


def _budgets(periods: list[str], mistakes: list[Refusal]) -> dict[str, int]:
    found = {}
    for period in periods:
        field = f"budget_fen.{period}"
        if text := _typed(field):
            try:
                found[period] = parse_yuan(text)
            except ValueError:
                mistakes.append(Refusal("plan_money", {"field": field, "value": text[:20]}))
    return found


def _bans(periods: list[str], mistakes: list[Refusal]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in _ban_rows(request.form):
        what = _typed(f"ban.{row}.what")
        if not what:
            continue
        mark = _mark(row, what)
        if mark is None:
            facts = {"field": f"bans.{len(found)}", "value": what[:30]}
            mistakes.append(Refusal("plan_ban", facts))
        found.append(
            {
                "mark": mark or "",
                "weekdays": [d for d in range(7) if _typed(f"ban.{row}.weekday.{d}")],
                "days": _typed(f"ban.{row}.days").split(),
                "periods": [p for p in periods if _typed(f"ban.{row}.period.{p}")],
                "reason": _typed(f"ban.{row}.reason"),
            }
        )
    return found


def _mark(row: int, what: str) -> str | None:
    """What a row means: as it was if its word is unchanged, else what the word is."""
    before = _typed(f"ban.{row}.mark")
    if before and mark_words(before, _names()) == what:
        return before
    return plan_queries.mark_of(db.session(), what)


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _by_field(refusals: list[Refusal]) -> dict[str, Said]:
    """Mistakes by the field they stand beside, said with the field's own words."""
    found: dict[str, Said] = {}
    for one in refusals:
        field = str(one.facts["field"])
        said = say(Refusal(one.code, {**one.facts, "field": words.field_words(field)}))
        found.setdefault(words.beside(field), said)
    return found
