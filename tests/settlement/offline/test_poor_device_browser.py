"""A device that is full, and a meal on it that nobody can read: the line and the queue go on."""

from typing import Any

import pytest

from canteen.foundation.database import db
from canteen.settlement.offline.models import OfflineMeal
from tests.browser import LiveServer, shoot
from tests.people import wallet_of
from tests.settlement.counter import Counter, meals_booked, shown
from tests.settlement.offline.test_alone_browser import ready

pytestmark = [pytest.mark.browser, pytest.mark.looks]

FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  const set = Storage.prototype.setItem;
  const full = () => { throw new DOMException("full", "QuotaExceededError"); };
  IDBObjectStore.prototype.put = full;
  Storage.prototype.setItem = full;
  window.emptied = () => {
    IDBObjectStore.prototype.put = put;
    Storage.prototype.setItem = set;
  };
}"""
"""Nothing can be written to the device until `emptied()`."""


def test_a_full_device_calls_no_meal_done_that_it_could_not_keep_and_takes_the_next(
    till: Any, counter: Counter
) -> None:
    ready(till)
    till.evaluate(FULL)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    assert "这台设备存满了" in shown(till, "trouble")
    till.evaluate("emptied()")
    till.keyboard.press("F4")
    assert "请付现金" in shown(till, "receipt")
    till.context.set_offline(False)
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    till.locator("[data-bar=unsent]").wait_for(state="hidden")
    assert (meals_booked(), meals_booked(resident_id=counter.chen_id)) == (2, 1)
    assert wallet_of(counter.chen_id).balance_fen == 41_00
    assert {told.reason for told in db.session.query(OfflineMeal)} == {""}


def test_a_meal_that_cannot_be_read_is_set_aside_and_holds_up_no_other(
    browser_page: Any, live_server: LiveServer
) -> None:
    browser_page.goto(f"{live_server.url}/sign-in")
    told, stuck = browser_page.evaluate(
        """async () => {
          const { makeQueue } = await import("/static/js/settlement/offline/queue.js");
          const { mealsKept, putMeal } = await import("/static/js/settlement/offline/store.js");
          for (let sequence = 1; sequence <= 60; sequence += 1) {
            await putMeal({ id: `${sequence}`, sequence, undone: false });
          }
          const booked = [];
          const post = async (_url, { meals }) => {
            const unread = { status: 400, data: { code: "bad_request", text: "?" } };
            if (meals.some(({ id }) => id === "7")) return unread;
            booked.push(...meals.map(({ id }) => Number(id)));
            const answers = meals.map(({ id }) => ({ id, outcome: "booked", reason: "" }));
            return { status: 200, data: { answers } };
          };
          const done = await makeQueue({ url: "", post, onTold() {}, onSignedOut() {} }).flush();
          const kept = await mealsKept();
          return [[done, booked], kept.filter((meal) => meal.stuck).map(({ id }) => id)];
        }"""
    )
    assert told == [True, [number for number in range(1, 61) if number != 7]]
    assert stuck == ["7"]


FAILING = """async () => {
  const { makeQueue } = await import("/static/js/settlement/offline/queue.js");
  const { changeMeal, mealsKept, putMeal } =
    await import("/static/js/settlement/offline/store.js");
  const cards = { 2: "A", 3: "A", 5: "A", 4: "B" };
  for (let sequence = 1; sequence <= 6; sequence += 1) {
    await putMeal({ id: `${sequence}`, token: cards[sequence] ?? null, sequence, undone: false });
  }
  const booked = [];
  let failing = ["2"];
  let away = false;
  const post = async (_url, { meals }) => {
    if (away || meals.some(({ id }) => failing.includes(id))) return { status: 0, data: {} };
    booked.push(...meals.map(({ id }) => id));
    const answers = meals.map(({ id }) => ({ id, outcome: "booked", reason: "" }));
    return { status: 200, data: { answers } };
  };
  const queue = makeQueue({ url: "", post, onTold() {}, onSignedOut() {} });
  const again = async () => {
    for (let tries = 0; tries < 9 && !(await queue.flush()); tries += 1);
    const asides = (await mealsKept()).filter((meal) => meal.tries);
    for (const { id } of asides) await changeMeal(id, (meal) => ({ ...meal, again_at: 0 }));
    return [booked.splice(0).join(""), asides.map(({ id, tries, stuck }) => [id, tries, stuck])];
  };
  const seen = [await again(), await again(), await again()];
  failing = [];
  seen.push(await again());
  await putMeal({ id: "7", token: "C", sequence: 7, undone: false });
  away = true;
  seen.push(await again());
  return [seen, (await mealsKept()).filter((meal) => !meal.told).length];
}"""


def test_a_meal_the_server_gives_no_answer_to_is_told_again_and_only_its_card_waits_a_while(
    browser_page: Any, live_server: LiveServer
) -> None:
    browser_page.goto(f"{live_server.url}/sign-in")
    seen, left = browser_page.evaluate(FAILING)
    first, second, third, mended, away = seen
    assert first == ["146", [["2", 1, None]]], "one silence may be the network's"
    assert second == ["", [["2", 2, "silent"]]]
    assert third == ["35", [["2", 3, "silent"]]], "its card does not wait for ever"
    assert mended == ["2", [["2", 3, ""]]]
    assert (away, left) == (["", [["2", 3, ""]]], 1), "a server that is away sets nothing aside"
