"""A shift from the counter's side: it asks for one, one is opened, its trays are in it."""

from typing import Any

import pytest
from sqlalchemy import select

from canteen.foundation.database import db, transaction
from canteen.ledger.models import Transfer, TransferKind
from canteen.sites.models import Site
from tests.browser import LiveServer, shoot
from tests.settlement.counter import Counter, later, meals_booked, shown

pytestmark = pytest.mark.browser


KEPT = """([told, untold]) => new Promise((resolve) => {
  const asked = indexedDB.open("canteen-counter", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("queue", { keyPath: "id" });
    asked.result.createObjectStore("kept");
  };
  asked.onsuccess = () => {
    const writing = asked.result.transaction("queue", "readwrite");
    const store = writing.objectStore("queue");
    for (const id of told) store.put({ id, sequence: 1, told: "2026-11-28T04:00:00Z" });
    for (const id of untold) store.put({ id, sequence: 2 });
    writing.oncomplete = () => { asked.result.close(); resolve(); };
  };
})"""
"""Meals on the device, as a time without a network leaves them."""


def test_who_counts_the_drawer_is_told_of_trays_that_the_books_do_not_know(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    till.goto(f"{live_server.url}/shifts/new")
    till.fill("[name=n10000]", "2")
    till.click("main button.primary")
    till.wait_for_url("**/shifts/1")
    till.evaluate(KEPT, [["told"], []])
    till.goto(f"{live_server.url}/shifts/1/closing")
    till.wait_for_function("() => document.querySelector('[data-untold-text]').textContent")
    assert till.locator("[data-untold]").is_hidden()
    till.evaluate(KEPT, [[], ["a", "b"]])
    till.evaluate("localStorage.setItem('till-unsent', JSON.stringify([{ id: 'c' }]))")
    till.reload()
    till.wait_for_selector("[data-untold]:not([hidden])")
    assert "还有 3 份没有上传" in till.inner_text("[data-untold]")


def test_a_counter_that_needs_a_shift_leads_to_one(till: Any, counter: Counter) -> None:
    with transaction() as session:
        session.get_one(Site, counter.site_id).shift_required = True
    shoot(till, counter.chen)
    assert "还没有开班" in shown(till, "refusal")
    with till.context.expect_page() as opened:
        till.click("[data-step=shift]")
    page = opened.value
    page.fill("[name=n10000]", "2")
    page.fill("[name=n10]", "3")
    assert page.inner_text("[data-count-sum]") == "¥200.30"
    page.click("main button.primary")
    page.wait_for_url("**/shifts/1")
    page.close()
    later(till)
    shoot(till, counter.chen)
    shown(till, "receipt")
    assert meals_booked() == 1
    query = select(Transfer.shift_id).where(Transfer.kind == TransferKind.MEAL_WALLET)
    assert db.session.scalars(query).all() == [1]
