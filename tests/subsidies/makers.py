"""Plain makers of policies and meals. 陈奶奶 is 82 and on 低保; 王爷爷 is 67."""

from datetime import date, time
from typing import Any

from canteen.subsidies.conditions import Guard, Person
from canteen.subsidies.policy import Band, Effect, Policy, Rule, Share, Terms, Words
from canteen.subsidies.rules import MealFacts, PricedMeal, price_meal

WEDNESDAY = date(2026, 3, 4)
ZHENGGUO = ("广州市", "增城区", "正果镇")
CHEN = {"birthday": date(1944, 1, 31), "tags": frozenset({"dibao", "living_alone"})}
WANG = {"birthday": date(1958, 6, 1)}


USUAL_TERMS: dict[str, Any] = {
    "overlap": "best_rule",
    "with_others": "stack",
    "shortage": "in_order",
    "rounding": "half_up",
    "rounding_to": "fen",
    "rounding_of": "subsidy",
    "pays_for": "meal",
    "registration": "hukou",
}


def make_terms(**changes: Any) -> Terms:
    return Terms(**(USUAL_TERMS | changes))


def make_rule(
    effect: Effect | tuple[Band, ...],
    *,
    code: str = "rule",
    funder: str = "city",
    split: tuple[Share, ...] = (),
    stage: int = 2,
    **rest: Any,
) -> Rule:
    bands = effect if isinstance(effect, tuple) else (Band(effect),)
    return Rule(
        code=code,
        name=Words(f"补贴{code}", f"subsidy {code}"),
        stage=stage,
        split=split or (Share(funder),),
        bands=bands,
        **({"pays_for": "meal"} | rest),
    )


def make_policy(*rules: Rule, code: str = "here", **changes: Any) -> Policy:
    terms = changes.pop("terms", make_terms())
    payers = [share.funder for rule in rules for share in rule.split]
    payers += [each.funder for each in changes.get("grants", ())]
    payers += [each.funder for each in changes.get("top_ups", ())]
    usual: dict[str, Any] = {
        "code": code,
        "version": 1,
        "name": Words("助餐补贴", "meal subsidy"),
        "place": ("广州市",),
        "source": "办法",
        "valid_from": date(2025, 1, 1),
        "valid_until": None,
        "funders": tuple(dict.fromkeys(payers)),
        "terms": terms,
        "rules": rules,
    }
    return Policy(**(usual | changes))


def make_meal(**changes: Any) -> MealFacts:
    usual: dict[str, Any] = {
        "service_date": WEDNESDAY,
        "local_time": time(11, 30),
        "period": "lunch",
        "channel": "dine_in",
        "price_fen": 1300,
        "is_workday": True,
        "is_public_holiday": False,
        "birthday": date(1944, 1, 31),
        "hukou_path": ZHENGGUO,
        "residence_path": ZHENGGUO,
        "site_path": ZHENGGUO,
    }
    return MealFacts(**(usual | changes))


def priced(policy: Policy, *others: Policy, **facts: Any) -> PricedMeal:
    return price_meal(policies=[policy, *others], facts=make_meal(**facts))


def off(yuan_fen: int) -> Effect:
    return Effect("off", fen=yuan_fen)


def guarded(**guard: Any) -> Policy:
    """A policy that takes 2 yuan off, under one guard."""
    return make_policy(make_rule(off(200), when=Guard(**guard)))


def for_people(*people: Person) -> Policy:
    """A policy that takes 2 yuan off for some."""
    return make_policy(make_rule(off(200), who=people))


def shares(meal: PricedMeal) -> dict[str, int]:
    return {part.funder: part.amount_fen for part in meal.parts}
