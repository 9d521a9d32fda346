"""From a `Policy` to its TOML document, such that reading it back gives an equal one.

A small writer for our own grammar: top keys, then ``[terms]``, then lists of tables.
Tests that are not made and names of defaults that carry no choice are left out.
"""

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.conditions import Guard, Person, Place, Spend, Window
from canteen.subsidies.policy import (
    Band,
    Cap,
    Effect,
    Grant,
    Policy,
    Rule,
    Share,
    TopUp,
    Words,
)

Table = dict[str, Any]


class Plain(str):
    """A text that is already TOML: numbers that are neither quoted nor floats."""


def write_policy(policy: Policy) -> str:
    """The policy as a document, ready to store or edit."""
    top = {
        "code": policy.code,
        "version": policy.version,
        "name": _words(policy.name),
        "place": _place(policy.place),
        "source": policy.source,
        "valid_from": policy.valid_from,
        "valid_until": policy.valid_until or "open",
        "funders": list(policy.funders),
    }
    terms = dict(vars(policy.terms))
    sections = [_lines(top), ["[terms]", *_lines(terms)]]
    for name, tables in _lists(policy):
        sections += [_section(name, table) for table in tables]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _lists(policy: Policy) -> list[tuple[str, list[Table]]]:
    return [
        ("rule", [_rule(rule, policy.terms.pays_for) for rule in policy.rules]),
        ("cap", [_cap(cap) for cap in policy.caps]),
        (
            "quota",
            [
                {
                    "code": quota.code,
                    "name": _words(quota.name),
                    "per": quota.per,
                    "yuan": _yuan(quota.fen),
                }
                for quota in policy.quotas
            ],
        ),
        (
            "pass",
            [
                {
                    "code": held.code,
                    "name": _words(held.name),
                    "price_yuan": _yuan(held.price_fen),
                    "days": held.days,
                }
                for held in policy.passes
            ],
        ),
        ("grant", [_grant(grant) for grant in policy.grants]),
        ("top_up", [_top_up(top_up) for top_up in policy.top_ups]),
        ("silence", [dict(vars(silence)) for silence in policy.silences]),
    ]


def _section(name: str, table: Table) -> list[str]:
    """One ``[[name]]`` table; its ``when`` stands below it as a table of its own."""
    when = table.pop("when", {})
    lines = [f"[[{name}]]", *_lines(table)]
    return [*lines, f"[{name}.when]", *_lines(when)] if when else lines


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value, 0)}" for key, value in table.items()]


def _value(value: Any, depth: int) -> str:
    if isinstance(value, Plain):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_value(each, depth + 1)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if value and isinstance(value[0], dict) and depth == 0:
        return "[\n" + "".join(f"  {_value(each, 1)},\n" for each in value) + "]"
    return "[" + ", ".join(_value(each, depth + 1) for each in value) + "]"


def _yuan(fen: int) -> Plain:
    return Plain(spoken_yuan(fen))


def _yuan_or(fen: int | None, word: str) -> str:
    return word if fen is None else _yuan(fen)


def _percent(basis_points: int) -> Plain:
    return Plain(spoken_yuan(basis_points))


def _words(words: Words) -> Table:
    return {"zh": words.zh, "en": words.en}


def _place(place: Place) -> str:
    return "/".join(place)


def _stated(table: Mapping[str, Any]) -> Table:
    """Only what was tested or said: no None, no empty list."""
    kept = {}
    for key, value in table.items():
        if value is None or value == () or value == []:
            continue
        kept[key] = list(value) if isinstance(value, tuple) else value
    return kept


def _rule(rule: Rule, usual: str) -> Table:
    table: Table = {"code": rule.code, "name": _words(rule.name), "stage": rule.stage}
    if rule.split == (Share(rule.split[0].funder),):
        table["funder"] = rule.split[0].funder
    else:
        table["split"] = [_share(share) for share in rule.split]
    if rule.remainder_to is not None:
        table["remainder_to"] = rule.remainder_to
    if rule.pays_for != usual:
        table["pays_for"] = rule.pays_for
    if rule.least_pay_fen:
        table["diner_pays_at_least_yuan"] = _yuan(rule.least_pay_fen)
    if rule.bands == (Band(rule.bands[0].effect),):
        table["effect"] = _effect(rule.bands[0].effect)
    else:
        table["bands"] = [_band(band) for band in rule.bands]
    return table | _who_and_when(rule.who, rule.when)


def _share(share: Share) -> Table:
    if share.basis_points is not None:
        ceiling = {} if share.ceiling_fen is None else {"at_most_yuan": _yuan(share.ceiling_fen)}
        return {"funder": share.funder, "percent": _percent(share.basis_points), **ceiling}
    if share.fen is not None:
        return {"funder": share.funder, "yuan": _yuan(share.fen)}
    return {"funder": share.funder, "rest": True}


def _band(band: Band) -> Table:
    ages = {"age_from": band.age_from, "age_below": band.age_below}
    return _stated(ages) | {"effect": _effect(band.effect)}


def _effect(effect: Effect) -> Table:
    fields: dict[str, Table] = {
        "off": {"yuan": _yuan(effect.fen)},
        "percent_off": {
            "percent": _percent(effect.basis_points),
            "of": effect.of,
            "ceiling_yuan": _yuan_or(effect.ceiling_fen, "none"),
        },
        "pay": {
            "yuan": _yuan(effect.fen),
            "set_price_yuan": _yuan_or(effect.set_price_fen, "any"),
        },
        "pay_at_most": {
            "yuan": _yuan(effect.fen),
            "ceiling_yuan": _yuan_or(effect.ceiling_fen, "none"),
        },
        "nth_meal": {"pay_yuan": [_yuan(fen) for fen in effect.steps_fen], "after": effect.after},
        "quota": {"quota": effect.quota, "percent": _percent(effect.basis_points)},
    }
    return {"kind": effect.kind} | fields.get(effect.kind, {})


def _who_and_when(who: tuple[Person, ...], when: Guard) -> Table:
    table: Table = {}
    if who:
        table["who"] = [_person(person) for person in who]
    stated = _guard(when)
    return table | {"when": stated} if stated else table


def _person(person: Person) -> Table:
    table = dict(vars(person))
    for key in ("hukou_in", "hukou_not_in", "residence_in"):
        table[key] = [_place(place) for place in table[key]]
    return _stated(table)


def _guard(guard: Guard) -> Table:
    table = dict(vars(guard))
    table["site_in"] = [_place(place) for place in guard.site_in]
    table["windows"] = [_window(window) for window in guard.windows]
    table["spend"] = None if guard.spend is None else _spend(guard.spend)
    return _stated(table)


def _spend(spend: Spend) -> Table:
    table: Table = {}
    if spend.fen or spend.strictly_more or spend.top_fen is None:
        table["more_than_yuan" if spend.strictly_more else "at_least_yuan"] = _yuan(spend.fen)
    if spend.top_fen is not None:
        table["at_most_yuan" if spend.top_counts else "below_yuan"] = _yuan(spend.top_fen)
    return table | {"of": spend.of, "counts": spend.counts}


def _window(window: Window) -> Table:
    table = {"from": window.start, "until": window.end, "until_counts": window.end_counts}
    return table if window.period is None else {"period": window.period} | table


def _cap(cap: Cap) -> Table:
    return _stated(
        {
            "code": cap.code,
            "per": cap.per,
            "meals": cap.meals,
            "yuan": None if cap.fen is None else _yuan(cap.fen),
            "rule": cap.rule,
            "rules": cap.rules,
            "funder": cap.funder,
            "everywhere": True if cap.everywhere else None,
            "site_in": [_place(place) for place in cap.site_in],
        }
    )


def _grant(grant: Grant) -> Table:
    table = {
        "code": grant.code,
        "name": _words(grant.name),
        "funder": grant.funder,
        "per": grant.per,
        "yuan": _yuan(grant.fen),
    }
    return table | _who_and_when(grant.who, grant.when)


def _top_up(top_up: TopUp) -> Table:
    table: Table = {
        "code": top_up.code,
        "name": _words(top_up.name),
        "funder": top_up.funder,
        "at_least_yuan": _yuan(top_up.at_least_fen),
    }
    if top_up.fen is not None:
        table["yuan"] = _yuan(top_up.fen)
    else:
        table["percent"] = _percent(top_up.basis_points or 0)
    table |= {"each": top_up.each, "month_yuan": _yuan_or(top_up.month_fen, "none")}
    return table | _who_and_when(top_up.who, Guard())
