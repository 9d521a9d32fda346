"""Cut-offs, the line, room for one more: decided from facts alone."""

from datetime import UTC, date, datetime, time

from canteen.delivery.needs import rules
from canteen.delivery.needs.rules import InLine, Room, Terms
from canteen.foundation.wording import Refusal

DAY = date(2026, 11, 23)
SHANGHAI = "Asia/Shanghai"
LUNCH = Terms(change_until=time(9, 15), cancel_until=time(7, 45))
EVENING_BEFORE = Terms(
    change_days_before=1, change_until=time(20), cancel_days_before=1, cancel_until=time(18)
)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """A clock in Shanghai."""
    return datetime(2026, 11, day, hour - 8, minute, tzinfo=UTC)


def test_without_a_setting_a_period_closes_90_minutes_before_it_begins() -> None:
    usual = rules.usual_terms(time(10, 45))
    assert usual == Terms(change_until=time(9, 15), cancel_until=time(7, 45))
    assert rules.usual_terms(time(1, 0)).change_until == time(0)


def test_the_first_open_day_is_today_until_the_very_minute() -> None:
    def first(now: datetime, terms: Terms = LUNCH) -> date:
        return rules.first_open_day(terms, now=now, today=DAY, zone=SHANGHAI)

    assert first(at(9, 14)) == DAY
    assert first(at(9, 15)) == date(2026, 11, 24)
    assert first(at(19, 59), EVENING_BEFORE) == date(2026, 11, 24)
    assert first(at(20), EVENING_BEFORE) == date(2026, 11, 25)


def test_an_application_needs_a_reason_and_a_relative_a_name() -> None:
    def asked(**values: object) -> str:
        facts = {
            "valid_from": DAY, "valid_until": None, "asked_by": "resident", "asked_name": "",
            "evidence": "失能评估 2026-014", **values,
        }  # fmt: skip
        refusal = rules.check_application(**facts)  # type: ignore[arg-type]
        return refusal.code if refusal else ""

    assert asked() == ""
    assert asked(evidence=" ") == "need_evidence_missing"
    assert asked(asked_by="relative") == "asker_missing"
    assert asked(asked_by="relative", asked_name="女儿陈丽") == ""
    assert asked(valid_until=date(2026, 11, 22)) == "need_ends_first"


def test_nobody_decides_on_what_they_recorded() -> None:
    def decided(**values: object) -> str:
        refusal = rules.may_decide(**{"state": "proposed", "recorded_by": 1, "by": 2, **values})  # type: ignore[arg-type]
        return refusal.code if refusal else ""

    assert decided() == ""
    assert decided(by=1) == "need_own"
    assert decided(state="waiting") == "need_decided"


ROOM = Room(price_fen=1300, places=10, monthly_budget_fen=None, taken=9, monthly_meals=200)


def test_the_last_place_is_given_and_the_next_person_waits() -> None:
    full = Room(price_fen=1300, places=10, monthly_budget_fen=None, taken=10, monthly_meals=220)
    assert rules.waits_for(ROOM, weekdays="12345", new_person=True) == ""
    assert rules.waits_for(full, weekdays="12345", new_person=True) == "places"
    assert rules.waits_for(full, weekdays="12345", new_person=False) == ""


def test_money_is_counted_for_a_long_month() -> None:
    assert rules.monthly_meals("1234567") == 31
    assert rules.monthly_meals("12345") == 23
    assert rules.monthly_meals("3") == 5

    def waits(budget_fen: int) -> str:
        room = Room(
            price_fen=1300, places=None, monthly_budget_fen=budget_fen, taken=9, monthly_meals=200
        )
        return rules.waits_for(room, weekdays="1234567", new_person=True)

    assert waits(231 * 1300) == ""
    assert waits(231 * 1300 - 1) == "money"


def test_the_urgent_come_first_then_who_asked_first() -> None:
    line = rules.in_order(
        [
            InLine(need_id=3, urgent=False, recorded_at=at(10)),
            InLine(need_id=2, urgent=False, recorded_at=at(9)),
            InLine(need_id=1, urgent=True, recorded_at=at(11)),
        ]
    )
    assert [one.need_id for one in line] == [1, 2, 3]
    assert rules.may_admit(line, 1, reason="") is None
    assert rules.may_admit(line, 3, reason="") == Refusal("not_first_in_line", {"place": 3})
    assert rules.may_admit(line, 3, reason="刚出院，家里没人") is None
    assert rules.may_admit(line, 9, reason="") == Refusal("need_not_waiting")
