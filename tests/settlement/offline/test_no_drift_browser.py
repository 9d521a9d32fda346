"""Alone, a counter decides what the server would have decided: a thousand cases on both sides."""

import json
import random
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from flask import Flask

from canteen.blueprints.settlement import offline_schemas
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.settlement.facts import meal_facts
from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.offline.roster import code_hash, read_roster
from canteen.settlement.rules import Order, PastMeal, SaleFacts, decide_sale, price_for
from canteen.settlement.trays import A_LA_CARTE, DISH
from canteen.subsidies.over_amounts import effect_over, given
from canteen.subsidies.policy import Policy
from canteen.subsidies.rules import subsidy_of
from tests.browser import LiveServer
from tests.lunches import OFF_THREE, adopt, adopt_document, give, lunch, policy_document
from tests.people import NOW, TODAY, make_resident, make_site, make_xiaoli
from tests.settlement.counter import add_small_set, digits_of, make_card
from tests.settlement.trays import sell
from tests.subsidies.drawn import facts_of as meal_facts_of
from tests.subsidies.drawn import policies_of

pytestmark = [pytest.mark.browser, pytest.mark.looks]

CASES = 1000
PRICES = {
    ("breakfast", "standard"): 500,
    ("lunch", "standard"): 1300,
    ("lunch", "small"): 1000,
    ("dinner", "standard"): 1200,
}
"""What the sets that are sold cost, by period and code."""
MINUTES = (419, 420, 450, 690, 779, 780, 781, 1020, 1080, 1110)
STRANGE = policy_document(
    OFF_THREE.replace("stage = 1", 'stage = 1\nwhen = { channels = ["takeaway"] }')
    + """
[[rule]]
code = "late"
name = { zh = "晚到再减", en = "late off" }
stage = 1
funder = "city"
when = { windows = [{ from = 12:30:00, until = 13:00:00, until_counts = true }] }
effect = { kind = "off", yuan = 2 }

[[rule]]
code = "second"
name = { zh = "第二餐减", en = "second meal" }
stage = 1
funder = "city"
when = { meals_of_day = [2] }
effect = { kind = "off", yuan = 1 }
[[cap]]
code = "day"
per = "day"
yuan = 5
""",
    code="strange",
)
"""A policy that asks for everything: how, when, which meal of the day, and a cap."""
CLASSED = policy_document(
    """
[[rule]]
code = "added"
name = { zh = "加菜九折", en = "tenth off what is added" }
stage = 1
funder = "city"
when = { item_classes = ["dish"], spend = { at_least_yuan = 4, of = "list", counts = "meal" } }
effect = { kind = "percent_off", percent = 10, of = "list", ceiling_yuan = "none" }

[[rule]]
code = "set"
name = { zh = "套餐至多付十元", en = "ten at most for the set" }
stage = 1
funder = "city"
who = [{ tags_any = ["dibao"] }]
effect = { kind = "pay_at_most", yuan = 10, ceiling_yuan = "none" }
""",
    code="classed",
)
"""Something off what is added to a set, and a price of the set alone."""


def test_a_thousand_cases_are_decided_alike(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    cards = community()
    rng = random.Random(20261123)
    cases = [random_case(rng, cards) for _ in range(CASES)]
    expected = [on_the_server(cards[case["number"]], case) for case in cases]
    browser_page.goto(f"{live_server.url}/sign-in")
    found = browser_page.evaluate(IN_THE_BROWSER, [roster_text(app), json.dumps(cases)])
    kinds = {each[0] for each in expected}
    assert {"receipt", "already_eaten", "balance_too_low", "offline_price_unknown"} <= kinds
    trays = [each for case, each in zip(cases, expected, strict=True) if "tray" in case]
    assert sum(each[0] == "receipt" for each in trays) > CASES // 20
    added = [each for case, each in zip(cases, expected, strict=True) if case.get("beside")]
    assert len({each for each in added if each[0] == "receipt"}) > CASES // 50
    wrong = [
        (case, theirs, ours)
        for case, theirs, ours in zip(cases, expected, found, strict=True)
        if list(theirs) != ours
    ]
    assert wrong == []


def test_amounts_under_policies_drawn_at_random_are_decided_alike(
    live_server: LiveServer, browser_page: Any
) -> None:
    rng = random.Random(20261128)
    told, expected, untold = [], [], 0
    while len(expected) < CASES:
        policies = policies_of(rng)
        facts = meal_facts_of(rng, policies)
        least = 0
        if rng.random() < 0.5:
            least = rng.choice((800, 1200, 1500, 1750))
            policies = by_classes(rng, policies)
            facts = replace(facts, item_class=DISH, beside=("set", least), price_fen=least)
        effect = effect_over(policies, facts, MOST_FEN)
        if effect is None:
            untold += 1
            continue
        edges = [line.from_fen + beside for line in effect for beside in (-1, 0, 1)]
        amounts = [
            *(one for one in edges if least <= one <= MOST_FEN),
            *rng.sample(range(least + 1, MOST_FEN), 20),
        ]
        for fen in amounts:
            asked = subsidy_of(policies=policies, facts=replace(facts, price_fen=fen))
            assert given(effect, fen) == asked, (policies, fen)
            expected.append(asked)
        told.append([offline_schemas.effect_json(effect), amounts])
    browser_page.goto(f"{live_server.url}/sign-in")
    found = browser_page.evaluate(EFFECTS_IN_THE_BROWSER, json.dumps(told))
    assert found == expected
    assert untold <= len(told) // 8, "few policies cannot be told as data"
    assert len({fen > 0 for fen in expected}) == 2


MOST_FEN = 10_000


def by_classes(rng: random.Random, policies: list[Policy]) -> list[Policy]:
    """The same policies, some of their rules for sets or for dishes only."""
    named: tuple[tuple[str, ...], ...] = ((), (), ("set",), ("dish",), ("set", "dish"))
    return [
        replace(
            policy,
            rules=tuple(
                replace(rule, when=replace(rule.when, item_classes=rng.choice(named)))
                for rule in policy.rules
            ),
        )
        for policy in policies
    ]


EFFECTS_IN_THE_BROWSER = """async (told) => {
  const { givenOf } = await import("/static/js/settlement/offline/effects.js");
  const all = JSON.parse(told);
  return all.flatMap(([effect, amounts]) => amounts.map((fen) => givenOf(effect, fen)));
}"""

IN_THE_BROWSER = """async ([rosterText, casesText]) => {
  const { decide } = await import("/static/js/settlement/offline/decide.js");
  const { indexed } = await import("/static/js/settlement/offline/roster.js");
  const roster = indexed(rosterText);
  return JSON.parse(casesText).map(({ hash, order, tray, minute, queued }) => {
    const person = roster.byHash.get(hash);
    const asked = { order, tray, roster, person, ended: null, queued, minute };
    const { receipt, refusal } = decide(asked);
    if (refusal) return [refusal.code, 0, 0, 0];
    return ["receipt", receipt.subsidy_fen, receipt.paid_fen, receipt.balance_fen];
  });
}"""


def community() -> dict[str, dict[str, Any]]:
    """People of many ages and tags with cards and little money, under three policies."""
    site_id = make_site()
    clerk = make_xiaoli(site_id)
    adopt(site_id, "nanchang")
    adopt_document(site_id, STRANGE)
    adopt_document(site_id, CLASSED)
    add_small_set(site_id)
    sell(site_id, "sets", "amounts")
    cards = {}
    for number in range(24):
        person = make_resident(
            f"李{number}",
            site_id=site_id,
            birthday=TODAY.replace(year=TODAY.year - 55 - 2 * number),
            tags=(("dibao",), ("tekun",), ())[number % 3],
        )
        card = make_card(person, by=clerk, now=NOW)
        give(person, site_id, 1 + (number * 731) % 6000)
        cards[card.number] = {
            "resident": person, "site": site_id, "clerk": clerk, "digits": digits_of(card),
        }  # fmt: skip
    return cards


def random_case(rng: random.Random, cards: dict[str, dict[str, Any]]) -> dict[str, Any]:
    number = rng.choice(sorted(cards))
    period = rng.choice(["breakfast", "lunch", "dinner"])
    order = ["breakfast", "lunch", "dinner"]
    earlier = [one for one in order if rng.random() < 0.3]
    wanted = rng.choice(["standard", "small"]) if period == "lunch" else "standard"
    tray: dict[str, Any] = {}
    if rng.random() < 0.5:
        beside = PRICES[period, wanted] if rng.random() < 0.5 else 0
        fen = beside + amount(rng, 10_000 - beside)
        tray = {"tray": {"price_fen": fen, "name": "自选"}, "beside": beside}
    return {
        **tray,
        "number": number,
        "hash": code_hash(cards[number]["digits"], "salt"),
        "minute": rng.choice(MINUTES),
        "order": {
            "token": cards[number]["digits"],
            "guest": False,
            "period": period,
            "set": None if tray and not tray["beside"] else wanted,
            "channel": rng.choice(["dine_in", "takeaway"]),
            "pay_by": rng.choice(["wallet", "wallet", "cash"]),
        },
        "queued": with_prices(rng, cards[number], number, earlier),
    }


def amount(rng: random.Random, most: int) -> int:
    """What a tray comes to: round sums and odd ones, up to what the canteen allows."""
    round_fen = rng.randint(1, most // 100) * 100
    return rng.choice((rng.randint(1, 3000), round_fen, rng.randint(1, most)))


def with_prices(
    rng: random.Random, card: dict[str, Any], number: str, periods: list[str]
) -> list[dict[str, Any]]:
    """Sets of these periods, served alone as they begin, one after the other.

    Mostly the usual ones, by which later quotes go; a smaller one, or one that is carried away at
    another price, leaves something else of a cap.
    """
    queued: list[dict[str, Any]] = []
    for period in periods:
        starts = {"breakfast": 390, "lunch": 645, "dinner": 1005}[period]
        chosen = "small" if period == "lunch" and rng.random() < 0.2 else "standard"
        channel = "takeaway" if rng.random() < 0.2 else "dine_in"
        order = {"period": period, "set": chosen, "channel": channel, "pay_by": "wallet"}
        facts = facts_of(card, {"order": order, "minute": starts, "queued": queued})
        assert facts.diner is not None
        priced, here = (
            price_for(facts.diner, facts, period_code=period, channel=how, policies=facts.policies)
            for how in (channel, "dine_in")
        )
        queued.append(
            {
                "number": number, "period": period, "paid_by": "wallet",
                "set": chosen, "channel": channel, "subsidy_fen": priced.subsidy_fen,
                "as_quoted": chosen == "standard" and priced.parts == here.parts,
                "paid_fen": priced.pay_fen, "clock": f"{starts // 60:02}:{starts % 60:02}",
                "parts": [[p.policy, p.rule, p.funder, p.amount_fen] for p in priced.parts],
            }
        )  # fmt: skip
    return queued


def facts_of(card: dict[str, Any], case: dict[str, Any]) -> SaleFacts:
    """What the server would read, had it booked what is queued."""
    wanted = case["order"]
    order = lunch(
        card["site"], card["clerk"], card["resident"], period_code=wanted["period"],
        set_code=wanted["set"] or A_LA_CARTE,
    )  # fmt: skip
    found = meal_facts(db.session.connection(), order=order, service_date=TODAY, now=NOW).facts
    assert found.diner is not None
    eaten = tuple(
        PastMeal(
            meal_id=meal["period"], service_date=TODAY, period_code=meal["period"],
            paid_fen=meal["paid_fen"], paid_by=PaidBy.WALLET, extra=False, local_at=meal["clock"],
            parts=tuple(tuple(part) for part in meal["parts"]),
        )
        for meal in case["queued"]
    )  # fmt: skip
    spent = sum(meal["paid_fen"] for meal in case["queued"])
    diner = replace(found.diner, meals=eaten, balance_fen=found.diner.balance_fen - spent)
    minute = case["minute"]
    return replace(found, diner=diner, local_time=time(minute // 60, minute % 60))


def on_the_server(card: dict[str, Any], case: dict[str, Any]) -> tuple[str, int, int, int]:
    wanted = case["order"]
    facts = facts_of(card, case)
    order = Order(
        meal_id=lunch(1, 1).meal_id, site_id=card["site"], device_id=None,
        clerk_id=card["clerk"], period_code=wanted["period"], set_code=wanted["set"] or A_LA_CARTE,
        channel=Channel(wanted["channel"]), pay_by=PaidBy(wanted["pay_by"]),
        resident_id=card["resident"],
    )  # fmt: skip
    tray = case.get("tray")
    if tray:
        beside = (facts.item_class, case["beside"]) if case["beside"] else None
        facts = replace(
            facts, price_fen=tray["price_fen"], set_name=tray["name"], item_class=DISH,
            beside=beside,
        )  # fmt: skip
    sale = decide_sale(order=order, facts=facts)
    is_eaten = isinstance(sale, Refusal) and sale.code == "already_eaten"
    as_quoted = not tray and all(meal["as_quoted"] for meal in case["queued"])
    if case["queued"] and not as_quoted and not is_eaten:
        return "offline_price_unknown", 0, 0, 0  # what the caps have left is the server's to say
    if isinstance(sale, Refusal):
        return sale.code, 0, 0, 0
    assert facts.diner is not None
    take = sale.priced.pay_fen if sale.paid_by is PaidBy.WALLET else 0
    return (
        "receipt",
        sale.priced.subsidy_fen,
        sale.priced.pay_fen,
        facts.diner.balance_fen - take,
    )


def roster_text(app: Flask) -> str:
    db.session.rollback()
    roster = read_roster(
        db.session(), site_id=1, day=TODAY, now=NOW, salt="salt", card_keys=storage.keys().card
    )
    limits = {"alone_card_fen": 10**9, "alone_device_fen": 10**9}
    with app.test_request_context():
        with_names = offline_schemas.roster_json(
            roster, roster_id="r", hours=30, limits=limits, names={}
        )
    return offline_schemas.compact(with_names).decode()
