"""What a manager sees before closing: the sums, and the lines to look at."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from canteen.claims.queries import claim_lines, claim_totals, preview
from canteen.claims.rules import Preview, Problem, Span
from canteen.foundation.database import db, transaction
from canteen.residents.models import Resident, ResidentTag
from canteen.settlement.actions import withdraw_subsidy
from tests.claims.conftest import Place
from tests.claims.ground import POLICY, approve, at, closed, eat, publish, void
from tests.people import make_funder, make_resident, make_site

JUNE = date(2026, 6, 1), date(2026, 6, 30)
JULY = date(2026, 7, 1), date(2026, 7, 31)
CAPPED = POLICY.replace('"helpings"', '"capped"')


def look(
    place: Place, days: tuple[date, date] = JUNE, *sites: int, funder: str = "city", **values: Any
) -> Preview:
    db.session.rollback()
    return preview(
        db.session(),
        funder_code=funder,
        first_day=days[0],
        last_day=days[1],
        site_ids=sites or [place.site],
        today=date(2026, 9, 1),
        **values,
    )


def problems(place: Place, **values: Any) -> list[tuple[str, date, int]]:
    found: list[Problem] = list(look(place, **values).problems)
    return [(one.cause, one.service_date, one.over_fen) for one in found]


def change(resident_id: int, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(Resident).where(Resident.id == resident_id).values(**values))


def test_sums_by_rule_site_and_kind_tell_what_is_carried_and_what_corrects(place: Place) -> None:
    other = make_site("xingfu", name="幸福食堂", name_en="Xingfu")
    wrong = eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site, other)
    void(wrong, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 4)))
    late = at(date(2026, 7, 4))
    eat(place.wang, JUNE[1], site_id=place.site, now=late)
    approve(place.chen, "dibao", date(2026, 1, 1))
    both = [("city", "helpings/age", 300), ("city", "helpings/hardship", 100)]
    eat(place.chen, JULY[0], site_id=other, parts=both, tags=";dibao;")
    found = look(place, JULY, place.site, other)
    totals = found.totals
    assert (totals.lines, totals.total_fen) == (4, 400)
    assert [(t.key, t.lines, t.total_fen) for t in totals.by_rule] == [
        ("helpings/age", 3, 300),
        ("helpings/hardship", 1, 100),
    ]
    assert totals.by_rule[0].name == ("助餐补贴 · 高龄", "Meal help · age")
    assert [(t.key, t.name, t.total_fen) for t in totals.by_site] == [
        (str(place.site), ("金牛食堂", "金牛食堂"), 0),
        (str(other), ("幸福食堂", "Xingfu"), 400),
    ]
    assert [(t.key, t.lines) for t in totals.by_kind] == [("meal_subsidy", 4)]
    assert (totals.carried.lines, totals.carried.total_fen) == (1, 300)
    assert (totals.corrections.lines, totals.corrections.total_fen) == (1, -300)
    assert (found.refusal, found.problem_count) == (None, 0)
    july = closed(*JULY, place.site, other)
    assert claim_totals(db.session(), claim_id=july.claim_id) == totals


def test_a_preview_says_why_it_cannot_be_closed(place: Place) -> None:
    assert getattr(look(place).refusal, "code", "") == "claim_empty"
    half = look(place, (JUNE[0], date(2026, 6, 15)))
    assert getattr(half.refusal, "code", "") == "claim_not_whole"
    assert half.span == Span(JUNE[0], date(2026, 6, 15))
    september = look(place, (date(2026, 9, 1), date(2026, 9, 30)))
    assert getattr(september.refusal, "code", "") == "claim_not_over"
    assert getattr(look(place, funder="nobody").refusal, "code", "") == "funder_unknown"


def test_lines_are_shown_by_page_and_by_sort(place: Place) -> None:
    meal = eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    void(meal, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 4)))
    eat(place.wang, JUNE[1], site_id=place.site, now=at(date(2026, 7, 4)))
    eat(place.wang, JULY[0], site_id=place.site)
    july = closed(*JULY, place.site).claim_id
    rows = claim_lines(db.session(), claim_id=july, page=1).rows
    assert [(row.service_date, row.amount_fen) for row in rows] == [
        (JUNE[0], -300),
        (JUNE[1], 300),
        (JULY[0], 300),
    ]
    (back,) = claim_lines(db.session(), claim_id=july, page=1, only="corrections").rows
    assert (back.corrects_number, back.meal_id, back.note) == ("city-2026-06", meal, "打错了")
    (late,) = claim_lines(db.session(), claim_id=july, page=1, only="carried").rows
    assert (late.diner_name, late.carried) == ("王德福", True)
    (own,) = claim_lines(db.session(), claim_id=july, page=1, only="period").rows
    assert (own.service_date, own.rule_name) == (JULY[0], ("助餐补贴 · 高龄", "Meal help · age"))


def cap(**values: object) -> str:
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in values.items()]
    return "\n".join(["", "[[cap]]", 'code = "most"', *lines, ""])


def feed(place: Place, *days: date, fen: int = 300, period: str = "lunch") -> None:
    for day in days:
        eat(
            place.chen, day, site_id=place.site, parts=[("city", "capped/age", fen)],
            policies="capped@1", period=period,
        )  # fmt: skip


def test_a_sixth_meal_of_a_week_is_beyond_a_cap_of_five(place: Place) -> None:
    publish(CAPPED, cap(per="week", meals=5))
    feed(place, *(date(2026, 6, day) for day in range(1, 7)), date(2026, 6, 8))
    (beyond,) = look(place).problems
    assert (beyond.cause, beyond.service_date, beyond.over_fen) == (
        "over_cap",
        date(2026, 6, 6),
        300,
    )
    assert (beyond.diner_name, beyond.rule_name[1]) == ("陈桂英", "Meal help · age")
    assert beyond.why_zh == "当周已补 5 餐，到了上限，这一餐超出。"
    assert beyond.why_en == "5 meals were subsidised that week, the cap; this one is beyond."


def test_a_meal_that_came_late_is_the_one_beyond(place: Place) -> None:
    publish(CAPPED, cap(per="week", meals=2))
    feed(place, date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 1))
    assert problems(place) == [("over_cap", date(2026, 6, 1), 300)]


def test_a_week_counts_over_the_end_of_the_month(place: Place) -> None:
    publish(CAPPED, cap(per="week", meals=2))
    feed(place, date(2026, 6, 29), date(2026, 6, 30))
    closed(*JUNE, place.site)
    feed(place, date(2026, 7, 1))
    assert problems(place, days=JULY) == [("over_cap", date(2026, 7, 1), 300)]


def test_a_cap_counts_at_every_site(place: Place) -> None:
    publish(CAPPED, cap(per="day", meals=1))
    other = make_site("xingfu")
    parts = [("city", "capped/age", 300)]
    eat(place.chen, JUNE[0], site_id=other, parts=parts, policies="capped@1")
    feed(place, JUNE[0], period="dinner")
    assert problems(place) == [("over_cap", JUNE[0], 300)]


@pytest.mark.parametrize(
    ("per", "days", "beyond"),
    [
        ("day", (date(2026, 6, 1), date(2026, 6, 1)), date(2026, 6, 1)),
        ("month", (date(2026, 6, 1), date(2026, 6, 20)), date(2026, 6, 20)),
        ("year", (date(2026, 6, 1), date(2026, 6, 20)), date(2026, 6, 20)),
    ],
)
def test_a_cap_in_money_names_the_excess(
    place: Place, per: str, days: tuple[date, date], beyond: date
) -> None:
    publish(CAPPED, cap(per=per, yuan=4))
    feed(place, days[0])
    feed(place, days[1], period="dinner")
    assert problems(place) == [("over_cap", beyond, 200)]


def test_a_month_begins_anew(place: Place) -> None:
    publish(CAPPED, cap(per="month", meals=1))
    feed(place, date(2026, 5, 31), date(2026, 6, 1))
    assert problems(place) == []


def test_a_withdrawn_subsidy_is_no_line_and_no_problem_any_more(place: Place) -> None:
    publish(CAPPED, cap(per="week", meals=2))
    days = [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)]
    feed(place, *days)
    (beyond,) = look(place).problems
    assert beyond.meal_id is not None
    make_funder("operator", "operator", "食堂")
    withdraw_subsidy(
        meal_id=beyond.meal_id, site_id=place.site, reason="超上限", by=place.zhangjie,
        now=at(date(2026, 7, 1)),
    )  # fmt: skip
    after = look(place)
    assert (after.problem_count, after.totals.total_fen) == (0, 600)


def test_a_meal_on_or_after_the_day_of_death_is_shown(place: Place) -> None:
    for day in (9, 10, 11):
        eat(place.chen, date(2026, 6, day), site_id=place.site)
    change(place.chen, status="deceased", ended_on=date(2026, 6, 10))
    assert problems(place) == [
        ("ended", date(2026, 6, 10), 300),
        ("ended", date(2026, 6, 11), 300),
    ]
    first = look(place).problems[0]
    assert first.why_zh == "已于 2026-06-10 去世，这一笔在当天或之后。"
    assert first.why_en == "Died on 2026-06-10; this is of that day or later."


def test_a_tag_that_was_declined_or_has_ended_does_not_count(place: Place) -> None:
    approve(place.chen, "dibao", date(2026, 1, 1), date(2026, 6, 15))
    parts = [("city", "helpings/hardship", 100)]
    for day in (15, 16):
        eat(place.chen, date(2026, 6, day), site_id=place.site, parts=parts, tags=";dibao;")
    with transaction() as session:  # those people.py brought
        session.execute(
            update(ResidentTag)
            .where(ResidentTag.valid_until.is_(None), ResidentTag.tag == "dibao")
            .values(state="declined", decline_reason="过期")
        )
    assert problems(place) == [("tag", date(2026, 6, 16), 100)]


def test_a_diner_without_a_birthday_any_more_is_shown(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    change(place.chen, birthday=None)
    assert problems(place) == [("no_birthday", JUNE[0], 300)]


def test_another_birthday_that_pays_another_amount_is_shown(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    change(place.chen, birthday=date(1945, 3, 5))
    assert problems(place) == []
    change(place.chen, birthday=date(1956, 3, 5))
    assert problems(place) == [("age", JUNE[0], 300)]


def test_only_the_first_problems_are_listed_and_all_are_counted(place: Place) -> None:
    for day in (1, 2, 3):
        eat(place.chen, date(2026, 6, day), site_id=place.site)
    change(place.chen, status="moved", ended_on=date(2026, 6, 1))
    found = look(place, problems_shown=2)
    assert (len(found.problems), found.problem_count, found.over_fen) == (2, 3, 900)


def test_many_diners_are_looked_through_a_few_at_a_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canteen.claims.problems.DINERS_AT_ONCE", 2)
    for number in range(5):
        person = make_resident(
            f"李{number}", site_id=place.site, birthday=date(1940, 1, 1), status="moved",
            ended_on=date(2026, 6, 1),
        )  # fmt: skip
        eat(person, JUNE[0], site_id=place.site)
    assert look(place).problem_count == 5
