"""From a shut door to its typed end, by keyboard alone, on a board that is heard."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from canteen.delivery.actions import Report, publish_roster, record_outcome
from canteen.delivery.models import OutcomeKind, RosterStop
from canteen.delivery.watching.models import Alarm, AlarmStep
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.sites.models import MealPeriod
from tests.browser import LiveServer, sign_in_page
from tests.delivery.people import make_need, make_programme, make_xiaozhou
from tests.noon import HERE, today
from tests.people import make_chen, make_site, make_unit, make_zhangjie

pytestmark = pytest.mark.browser

_EARS = """
window.beeps = 0;
window.AudioContext = class {
  state = "running";
  currentTime = 0;
  destination = {};
  resume() { return Promise.resolve(); }
  createGain() {
    return { gain: { setValueAtTime() {}, linearRampToValueAtTime() {} }, connect: (to) => to };
  }
  createOscillator() {
    return { frequency: {}, connect: (to) => to, start() { window.beeps += 1; }, stop() {} };
  }
};
"""
"""A loudspeaker that counts. Three notes are one sound."""

ASK = "document.dispatchEvent(new Event('visibilitychange'))"
"""Somebody looks at the board again: it asks for news at once."""


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until what is wanted has the focus."""
    for _press in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


def sounds(page: Any) -> int:
    return int(page.evaluate("window.beeps")) // 3


@pytest.fixture
def stop_id(app: Flask) -> int:
    """陈奶奶's door on a round of today, whatever the hour."""
    site_id = make_site(time_zone=HERE)
    zhangjie = make_zhangjie(site_id)
    make_programme(site_id)
    make_need(make_chen(site_id), site_id)
    make_xiaozhou(site_id, make_unit())
    with transaction() as session:
        session.execute(update(MealPeriod).values(starts=time(0, 0), ends=time(23, 59)))
    now = datetime.now(UTC)
    day = today()
    roster = publish_roster(
        site_id=site_id, day=day, period_code="lunch", today=day, by=zhangjie, now=now
    )
    assert not isinstance(roster, Refusal)
    return db.session.scalars(select(RosterStop.id)).one()


def say(stop_id: int, kind: OutcomeKind, follows: UUID | None = None) -> UUID:
    """Somebody says what happened at the door, just now."""
    now = datetime.now(UTC)
    report = Report(id=uuid4(), stop_id=stop_id, kind=kind, follows=follows)
    refusal = record_outcome(report=report, today=today(), by=1, now=now)
    assert refusal is None, refusal
    return report.id


def test_from_a_shut_door_to_its_typed_end_by_keyboard_alone(
    stop_id: int, browser_page: Any, live_server: LiveServer
) -> None:
    page = browser_page
    page.add_init_script(_EARS)
    sign_in_page(page, live_server, "zhangjie")
    page.goto(f"{live_server.url}/delivery/board")
    page.wait_for_selector("[data-sound]:not([hidden])")
    assert sounds(page) == 0, "a calm board is silent"

    first = say(stop_id, OutcomeKind.NOBODY_ANSWERS)
    page.evaluate(ASK)
    page.wait_for_selector(".alarms .step.due")
    page.wait_for_function("() => window.beeps === 3")
    with page.expect_response("**/delivery/board/news") as news:
        page.evaluate(ASK)
    assert news.value.status in (200, 304)
    assert sounds(page) == 1, "once for each step that is new"

    tab_to(page, ".alarms a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/delivery/alarms/*")
    tab_to(page, ".ladder details[open] input[name=note]")
    page.keyboard.type("敲了三次")
    tab_to(page, ".ladder details[open] button[value=nothing]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ladder li.done")
    assert "敲了三次" in page.inner_text(".ladder li.done")

    assert not page.is_visible("[name=last_day]")
    tab_to(page, ".ending [name=kind]")
    for _down in range(2):
        page.keyboard.press("ArrowDown")
    page.wait_for_selector(".ending [value=in_hospital]:checked")
    assert page.is_visible("[name=last_day]"), "a hospital stay asks until when"
    for _up in range(2):
        page.keyboard.press("ArrowUp")
    page.wait_for_selector(".ending [value=well_at_home]:checked")
    tab_to(page, ".ending [name=note]")
    page.keyboard.type("在阳台，没听见")
    tab_to(page, ".ending button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ending", state="detached")
    db.session.rollback()
    alarm = db.session.scalars(select(Alarm)).one()
    assert (alarm.ending, alarm.ending_note) == ("well_at_home", "在阳台，没听见")
    done = db.session.scalars(select(AlarmStep).where(AlarmStep.done_at.is_not(None))).one()
    assert (done.kind, done.result) == ("second_knock", "nothing")

    page.goto(f"{live_server.url}/delivery/board")
    page.wait_for_selector("[data-sound]:not([hidden])")
    assert page.locator(".alarms").count() == 0
    tab_to(page, "[data-sound]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-sound][aria-pressed=false]")
    page.reload()
    page.wait_for_selector("[data-sound][aria-pressed=false]")
    handed = say(stop_id, OutcomeKind.HANDED_OVER, first)
    say(stop_id, OutcomeKind.NOBODY_ANSWERS, handed)
    page.evaluate(ASK)
    page.wait_for_selector(".alarms .step.due")
    assert sounds(page) == 0, "this device was told to be silent, and it is seen all the same"
