"""The network goes, the line moves on: cards are taken, nothing is lost, nothing counts twice."""

import re
from typing import Any

import pytest

from canteen.foundation.database import db
from canteen.settlement.offline.models import OfflineMeal
from tests.browser import LiveServer, press_enter, shoot
from tests.people import wallet_of
from tests.settlement.counter import Counter, later, meals_booked, shown

pytestmark = pytest.mark.browser


def ready(page: Any) -> None:
    """The roster is on the device and the worker keeps the page."""
    page.evaluate("navigator.serviceWorker.ready")
    page.evaluate(KEPT)


KEPT = """async () => {
  const roster = () => new Promise((resolve) => {
    const asked = indexedDB.open("canteen-counter", 1);
    asked.onupgradeneeded = () => asked.transaction.abort();  // the page has made nothing yet
    asked.onerror = () => resolve(false);
    asked.onsuccess = () => {
      const get = asked.result.transaction("kept").objectStore("kept").get("roster");
      get.onsuccess = () => { asked.result.close(); resolve(Boolean(get.result)); };
    };
  });
  for (let tries = 0; tries < 400; tries += 1) {
    if ((await caches.keys()).length && (await roster())) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no roster was kept in twenty seconds");
}"""
"""Waits in the page: a function that is only polled takes a promise for yes."""


def test_without_a_network_a_card_is_taken_and_told_once_when_it_is_back(
    till: Any, counter: Counter
) -> None:
    ready(till)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    words = shown(till, "receipt")
    assert "9.00" in words
    assert "41.00" in words
    assert "离线" in words
    till.locator("[data-bar=alone]", has_text="1 份待上传").wait_for()
    assert meals_booked() == 0
    till.context.set_offline(False)
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 1
    assert wallet_of(counter.chen_id).balance_fen == 41_00
    assert db.session.query(OfflineMeal).one().reason == ""


def test_a_proxy_that_stands_before_no_server_is_no_answer(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    ready(till)
    live_server.be_down(True)
    till.reload()
    till.wait_for_selector("[data-showing=idle]")
    shoot(till, counter.chen)
    assert "离线" in shown(till, "receipt")
    live_server.be_down(False)
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 1


def test_a_roster_that_was_kept_is_not_fetched_again_while_it_says_the_same(
    till: Any, counter: Counter
) -> None:
    ready(till)
    with till.expect_response("**/counter/roster") as answered:
        till.reload()
    assert answered.value.status == 304
    till.context.set_offline(True)
    shoot(till, counter.chen)
    assert "41.00" in shown(till, "receipt"), "the kept one serves"


def test_alone_the_same_card_twice_is_already_eaten(till: Any, counter: Counter) -> None:
    ready(till)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    shown(till, "receipt")
    later(till)
    shoot(till, counter.chen)
    assert "已用过" in shown(till, "refusal")


def test_alone_a_cut_code_is_told_with_both_numbers(till: Any, counter: Counter) -> None:
    ready(till)
    till.context.set_offline(True)
    till.wait_for_timeout(300)
    shoot(till, counter.chen[:17])
    assert "只扫到 17 位，应为 22 位" in shown(till, "refusal")


def test_alone_too_little_money_is_told_and_cash_taken(till: Any, counter: Counter) -> None:
    ready(till)
    till.context.set_offline(True)
    shoot(till, counter.wang)
    assert "5.00" in shown(till, "refusal")
    press_enter(till)
    assert "请付现金" in shown(till, "receipt")


def test_the_queue_survives_a_reload_and_a_closed_page_without_a_network(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    ready(till)
    context = till.context
    context.set_offline(True)
    shoot(till, counter.chen)
    shown(till, "receipt")
    till.reload()
    till.wait_for_selector("[data-showing=idle]")
    till.locator("[data-bar=alone]", has_text=re.compile("1 份待上传|正在上传 1 份")).wait_for()
    till.close()
    page = context.new_page()
    page.goto(f"{live_server.url}/counter")
    page.wait_for_selector("[data-showing=idle]")
    shoot(page, counter.wang)
    assert "5.00" in shown(page, "refusal"), "the roster was kept, too"
    context.set_offline(False)
    page.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 1


def test_a_lost_answer_becomes_one_meal(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    ready(till)
    for _try in range(12):
        live_server.lose_next_answer("/counter/meals")
    shoot(till, counter.chen)
    assert "离线" in shown(till, "receipt")
    live_server.lose_no_more()
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert meals_booked() == 1
    assert wallet_of(counter.chen_id).balance_fen == 41_00


def test_what_is_kept_of_people_is_under_lock(till: Any, counter: Counter) -> None:
    ready(till)
    stored = till.evaluate(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open("canteen-counter", 1);
          asked.onsuccess = () => {
            const store = asked.result.transaction("kept").objectStore("kept");
            const roster = store.get("roster"), key = store.get("key");
            key.onsuccess = () => {
              const text = new TextDecoder().decode(roster.result.body);
              resolve({ text, extractable: key.result.extractable });
            };
          };
        })"""
    )
    assert "奶奶" not in stored["text"]
    assert stored["extractable"] is False


def test_undone_alone_it_is_given_back(till: Any, counter: Counter) -> None:
    ready(till)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    shown(till, "receipt")
    till.locator("[data-act=undo]").click()
    shown(till, "undone")
    till.context.set_offline(False)
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert wallet_of(counter.chen_id).balance_fen == 50_00


def test_undone_while_it_is_being_told_it_is_given_back_all_the_same(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    ready(till)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    shown(till, "receipt")
    with live_server.held("/counter/offline-meals", naming=counter.chen):
        with till.expect_request(
            lambda request: (
                request.url.endswith("/offline-meals") and counter.chen in request.post_data
            )
        ):
            till.context.set_offline(False)
        till.locator("[data-act=undo]").click()
        shown(till, "undone")
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert wallet_of(counter.chen_id).balance_fen == 50_00


def test_a_server_too_busy_for_many_is_told_fewer_at_once(
    browser_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    browser_page.goto(f"{live_server.url}/sign-in")
    asked = browser_page.evaluate(
        """async () => {
          const { makeQueue } = await import("/static/js/settlement/offline/queue.js");
          const { putMeal } = await import("/static/js/settlement/offline/store.js");
          for (let sequence = 1; sequence <= 60; sequence += 1) {
            await putMeal({ id: `${sequence}`, sequence, undone: false });
          }
          const asked = [];
          const post = async (_url, { meals }) => {
            asked.push(meals.length);
            if (meals.length > 12) return { status: 0, data: {} };
            const answers = meals.map(({ id }) => ({ id, outcome: "booked", reason: "" }));
            return { status: 200, data: { answers } };
          };
          const queue = makeQueue({ url: "", post, onTold() {}, onSignedOut() {} });
          for (let tries = 0; tries < 9 && !(await queue.flush()); tries += 1);
          return asked;
        }"""
    )
    assert asked == [50, 25, 12, 12, 12, 12, 12]


def test_signing_out_takes_the_roster_and_the_page_and_leaves_the_queue(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    ready(till)
    till.evaluate(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open("canteen-counter", 1);
          asked.onsuccess = () => {
            const store = asked.result.transaction("queue", "readwrite").objectStore("queue");
            store.put({ id: "x", sequence: 1, stuck: "look at it" }).onsuccess = resolve;
          };
        })"""
    )
    till.goto(f"{live_server.url}/")
    till.locator("form[data-leaving]").evaluate("(form) => form.requestSubmit()")
    till.wait_for_url("**/sign-in*")
    left = till.evaluate(
        """async () => {
          const database = await new Promise((resolve) => {
            const asked = indexedDB.open("canteen-counter", 1);
            asked.onsuccess = () => resolve(asked.result);
          });
          const count = (name) => new Promise((resolve) => {
            const asked = database.transaction(name).objectStore(name).getAllKeys();
            asked.onsuccess = () => resolve(asked.result);
          });
          return [await count("kept"), await count("queue"), await caches.keys()];
        }"""
    )
    assert left == [[], ["x"], []]
