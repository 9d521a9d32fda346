"""Counters that go along with the days say what counting all meals anew would say."""

import random
from datetime import date, timedelta

from canteen.settlement.histories import Histories
from canteen.subsidies.facts import SPANS, PastPart, history_of, scopes_of
from canteen.subsidies.rules import Part

PARTS = (
    Part("city", 300, "a", "meal"),
    Part("district", 200, "a", "meal"),
    Part("city", 100, "a", "age"),
    Part("city", 150, "b", "meal"),
)
SCOPES = sorted(
    {scope for part in PARTS for scope in scopes_of(part.policy, part.rule, part.funder)}
)


def test_they_agree_with_a_count_of_every_meal_at_every_step() -> None:
    dice = random.Random(20261123)
    told, eaten = Histories(), []
    day = date(2026, 12, 21)  # over the year's end, a month's and three weeks'
    for number in range(24):
        told.begin(day + timedelta(days=number))
        for at in ("breakfast", "lunch", "dinner"):
            parts = dice.sample(PARTS, dice.randrange(len(PARTS) + 1))
            today = day + timedelta(days=number)
            same = {meal for meal, on, *_rest in eaten if on == today}
            counted = history_of(
                [PastPart(*row) for row in eaten if row[3]],  # type: ignore[arg-type]
                service_date=today,
                period=at,
                meals_today=len(same),
            )
            found = told.of(1, at)
            assert found.meals_today == counted.meals_today
            for span in SPANS:
                for scope in SCOPES:
                    assert found.tally(span, scope) == counted.tally(span, scope), (span, scope)
                pairs = ("a/meal", "a/age")
                assert found.together(span, pairs) == counted.together(span, pairs)
            told.add(1, at, parts)
            meal = f"{number}/{at}"
            rows = [(meal, today, at, p.policy, p.rule, p.funder, p.amount_fen) for p in parts]
            eaten += rows or [(meal, today, at, "", "", "", 0)]


def test_diners_are_kept_apart() -> None:
    told = Histories()
    told.begin(date(2026, 11, 23))
    told.add(1, "lunch", PARTS[:1])
    assert told.of(1, "lunch").tally("day", "a").meals == 1
    assert told.of(2, "lunch").tally("day", "a").meals == 0
    assert told.of(2, "lunch").meals_today == 0
