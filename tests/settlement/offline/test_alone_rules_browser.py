"""What a counter that is alone decides, and how it tells it: its pure modules, in a browser."""

from typing import Any

import pytest

from tests.browser import LiveServer

pytestmark = pytest.mark.browser

JS = "/static/js/settlement"


@pytest.fixture
def bare(browser_page: Any, live_server: LiveServer) -> Any:
    """A page on which nothing of the counter runs."""
    browser_page.goto(f"{live_server.url}/sign-in")
    return browser_page


def test_a_balance_knows_what_was_served_alone_on_days_before(bare: Any) -> None:
    said = bare.evaluate(
        """async (js) => {
          const { decide } = await import(`${js}/offline/decide.js`);
          const roster = {
            sets: [["lunch", "standard", "标准餐", 1300]], periods: ["lunch"],
            quotes: [[1300, 400, 900, [], ""]],
            limits: { card_day_fen: 50000, alone_card_fen: 50000, alone_device_fen: 50000 },
          };
          const person = {
            number: "10000001", title: "陈奶奶", balance_fen: 1500, spent_fen: 0, eaten: {},
            offers: [["lunch", "standard", "dine_in", "", 0, 0]],
          };
          const order = {
            period: "lunch", set: "standard", channel: "dine_in", pay_by: "wallet",
            token: "1".repeat(22),
          };
          const meal = { number: "10000001", period: "lunch", paid_by: "wallet", paid_fen: 900 };
          const asked = { order, roster, person, ended: null, queued: [], minute: 700 };
          return [[], [meal], [{ ...meal, paid_by: "cash" }], [{ ...meal, number: "10000002" }]]
            .map((earlier) => decide({ ...asked, earlier }))
            .map(({ receipt, refusal }) =>
              receipt?.balance_fen ?? [refusal.code, refusal.facts.balance_fen]);
        }""",
        JS,
    )
    assert said == [600, ["balance_too_low", 600], 600, 600]


def test_a_server_too_busy_for_a_meal_is_asked_again_later_and_not_without_end(bare: Any) -> None:
    told = bare.evaluate(
        """async (js) => {
          const { makeQueue } = await import(`${js}/offline/queue.js`);
          const { mealsKept, putMeal } = await import(`${js}/offline/store.js`);
          for (const id of ["one", "two"]) await putMeal({ id, sequence: 1, undone: false });
          let posts = 0;
          const post = async (_url, { meals }) => {
            posts += 1;
            if (posts > 20) throw new Error("asked without end");
            const answers = meals.map(({ id }) => id === "one" && posts === 2
              ? { id, outcome: "booked", reason: "" }
              : { id, outcome: "refused", reason: "busy" });
            return { status: 200, data: { answers } };
          };
          const queue = makeQueue({ url: "", post, onTold() {}, onSignedOut() {} });
          const done = [await queue.flush(), await queue.flush()];
          const left = (await mealsKept()).filter((meal) => !meal.told).map((meal) => meal.id);
          return { done, posts, left };
        }""",
        JS,
    )
    assert told == {"done": [False, False], "posts": 3, "left": ["two"]}


def test_a_long_tray_and_long_names_are_cut_to_what_the_diners_tablet_takes(bare: Any) -> None:
    scenes = bare.evaluate(
        """async (js) => {
          const { idleScene, receiptScene } = await import(`${js}/diner/scenes.js`);
          const dish = "Braised pork belly with dried bamboo shoots and quail eggs, steamed";
          const receipt = {
            title: "陈奶奶", set_shown: `${dish}, ${dish}`, price_fen: 900, paid_fen: 900,
            parts: [{ name: null, amount_fen: 100 }, { name: dish, amount_fen: 100 }],
          };
          const shown = receiptScene(receipt, { showsBalance: false });
          const dishes = [{ name: dish }, { name: "米饭" }];
          const idle = idleScene({ period: null, set: null, dishes });
          return [shown.set, ...shown.parts.map((part) => part.name), ...idle.dishes];
        }""",
        JS,
    )
    assert [len(each) for each in scenes] == [60, 0, 60, 60, 2]
    assert scenes[0].endswith("…")
