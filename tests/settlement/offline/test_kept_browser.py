"""What a tablet keeps of meals served alone: nothing to read, one turn for two pages, limits."""

import re
from typing import Any

import pytest

from tests.browser import LiveServer, shoot
from tests.people import wallet_of
from tests.settlement.counter import Counter, meals_booked, shown
from tests.settlement.offline.test_alone_browser import ready

pytestmark = [pytest.mark.browser, pytest.mark.looks]

EVERYTHING = """async () => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("canteen-counter");
    asked.onsuccess = () => resolve(asked.result);
  });
  const keys = [];
  const told = (value) => {
    if (value instanceof CryptoKey) return keys.push(value.extractable) && "key";
    if (value instanceof ArrayBuffer) return new TextDecoder().decode(value);
    if (ArrayBuffer.isView(value)) return "bytes";
    if (Array.isArray(value)) return value.map(told);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, told(each)]));
    }
    return value;
  };
  const all = (name) => new Promise((resolve) => {
    const asked = database.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => resolve(asked.result.map(told));
  });
  const [queue, kept] = [await all("queue"), await all("kept")];
  database.close();
  return { queue, text: JSON.stringify([queue, kept]), keys };
}"""


def test_what_waits_is_under_lock_and_is_told_all_the_same(till: Any, counter: Counter) -> None:
    ready(till)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    assert "陈奶奶" in shown(till, "receipt")
    found = till.evaluate(EVERYTHING)
    assert len(found["queue"]) == 1
    for secret in ("奶奶", counter.chen, counter.chen[:8], "标准餐"):
        assert secret not in found["text"]
    assert found["keys"] == [False, False], "one for the roster, one for the queue"
    till.reload()  # the key is found again
    till.locator("[data-bar=alone]", has_text=re.compile("1 份待上传|正在上传 1 份")).wait_for()
    till.context.set_offline(False)
    till.locator("[data-bar=alone]").wait_for(state="hidden")
    assert wallet_of(counter.chen_id).balance_fen == 41_00


def test_two_pages_of_one_tablet_take_turns(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    ready(till)
    other = till.context.new_page()
    other.goto(f"{live_server.url}/counter")
    other.wait_for_selector("[data-showing=idle]")
    ready(other)
    till.context.set_offline(True)
    shoot(till, counter.chen)
    shoot(other, counter.chen)
    for page in (till, other):
        page.wait_for_selector("[data-showing=receipt], [data-showing=refusal]")
    screens = [page.get_attribute("body", "data-showing") for page in (till, other)]
    assert sorted(screens) == ["receipt", "refusal"]
    shoot(till, counter.wang)
    till.locator("[data-stage]", has_text="余额不足").wait_for()
    till.keyboard.press("Escape")
    other.keyboard.press("F4")
    other.wait_for_selector("[data-showing=receipt]")
    sequences = [meal["sequence"] for meal in till.evaluate(EVERYTHING)["queue"]]
    assert sorted(sequences) == [1, 2]
    till.context.set_offline(False)
    for page in (till, other):
        page.locator("[data-bar=alone]").wait_for(state="hidden")
    assert (meals_booked(), meals_booked(resident_id=counter.chen_id)) == (2, 1)


DECIDED = """async (cases) => {
  const { decide } = await import("/static/js/settlement/offline/decide.js");
  const person = {
    number: "10000001", title: "陈奶奶", balance_fen: 90000, spent_fen: 0, eaten: {},
    offers: [["lunch", "standard", "dine_in", "", 0, 0]],
  };
  const order = { period: "lunch", set: "standard", channel: "dine_in", token: "1".repeat(22) };
  return cases.map(([limits, paid_by, before]) => {
    const roster = {
      sets: [["lunch", "standard", "标准餐", 1300]], periods: ["breakfast", "lunch"],
      quotes: [[1300, 400, 900, [], ""]], limits,
    };
    const queued = before.map(([number, paid_fen, sequence]) => (
      { number, paid_fen, sequence, period: "breakfast", paid_by: "wallet" }
    ));
    const asked = { roster, person, ended: null, queued, minute: 700 };
    const { receipt, refusal } = decide({ ...asked, order: { ...order, pay_by: paid_by } });
    return receipt ? receipt.paid_by : refusal.code;
  });
}"""

OWN, OTHERS = "10000001", "10000002"


def limits(day: int = 50_000, card: int = 50_000, device: int = 50_000) -> dict[str, int]:
    return {"card_day_fen": day, "alone_card_fen": card, "alone_device_fen": device}


CASES = (
    (limits(), "wallet", [], "wallet"),
    (limits(card=0), "wallet", [], "offline_card_limit"),
    (limits(card=0), "cash", [], "cash"),
    (limits(device=0), "wallet", [], "offline_device_limit"),
    (limits(day=0), "wallet", [], "daily_limit"),
    (limits(card=900), "wallet", [], "wallet"),
    (limits(card=899), "wallet", [], "offline_card_limit"),
    (limits(card=1800), "wallet", [(OWN, 900, 1)], "wallet"),
    (limits(card=1799), "wallet", [(OWN, 900, 1)], "offline_card_limit"),
    (limits(card=900), "wallet", [(OTHERS, 900, 1)], "wallet"),
    (limits(device=1799), "wallet", [(OTHERS, 900, 1)], "offline_device_limit"),
    # Booked by the server a moment ago: of the day's limit, but no risk of a counter alone.
    (limits(device=900), "wallet", [(OTHERS, 60_000, 0)], "wallet"),
    (limits(card=900), "wallet", [(OWN, 5_000, 0)], "wallet"),
    (limits(day=5_899), "wallet", [(OWN, 5_000, 0)], "daily_limit"),
)


def test_limits_count_what_was_served_alone_to_the_fen(
    browser_page: Any, live_server: LiveServer
) -> None:
    browser_page.goto(f"{live_server.url}/sign-in")
    found = browser_page.evaluate(DECIDED, [list(case[:3]) for case in CASES])
    assert found == [case[3] for case in CASES]
