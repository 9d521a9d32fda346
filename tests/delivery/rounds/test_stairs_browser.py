"""A round in a real Chromium at 360 x 740: no network on the stairs, the phone dies, nothing is
lost and nothing is there twice."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, update

from canteen.delivery.models import StopOutcome
from canteen.delivery.rounds.models import RoundEvent, RoundPhoto
from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.sites.models import MealPeriod, Site
from tests.browser import CHROMIUM, PATIENCE_MS, QUIET, LiveServer, sign_in_page
from tests.delivery.rounds.walks import Walk, make_walk
from tests.noon import HERE, today

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def walk(app: Flask) -> Walk:
    found = make_walk(today())
    with transaction() as session:  # lunch lasts all day: the test runs at whatever hour it is
        lunch = update(MealPeriod).where(MealPeriod.code == "lunch")
        session.execute(lunch.values(starts=time(0, 0), ends=time(23, 59)))
        session.get_one(Site, found.site_id).time_zone = HERE
    return found


@contextmanager
def phone(playwright: Any, profile: Path, *, offline: bool = False) -> Iterator[Any]:
    """The phone switched on; what it kept lies in `profile`."""
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=str(CHROMIUM),
        args=QUIET,
        viewport=PHONE,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
    )
    context.set_offline(offline)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    yield page
    assert mistakes == []
    context.close()


READY = """async () => {
  await navigator.serviceWorker.ready;
  const day = () => new Promise((resolve) => {
    const asked = indexedDB.open("canteen-round", 1);
    asked.onsuccess = () => {
      const get = asked.result.transaction("kept").objectStore("kept").get("day");
      get.onsuccess = () => { asked.result.close(); resolve(Boolean(get.result)); };
    };
  });
  for (let tries = 0; tries < 400; tries += 1) {
    if ((await caches.keys()).length && (await day())) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("nothing was kept in twenty seconds");
}"""

BEGUN = """async (wanted) => {
  const begun = () => new Promise((resolve) => {
    const asked = indexedDB.open("canteen-round", 1);
    asked.onsuccess = () => {
      const get = asked.result.transaction("kept").objectStore("kept").getAllKeys();
      get.onsuccess = () => {
        asked.result.close();
        resolve(get.result.filter(Array.isArray).map((key) => key[2]).sort().join(" "));
      };
    };
  });
  let found = "";
  for (let tries = 0; tries < 400; tries += 1) {
    found = await begun();
    if (found === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`kept of what was begun: ${found}`);
}"""
"""What was begun and not told is on disk: its pieces."""

TOLD = """async () => {
  const queue = () => new Promise((resolve) => {
    const asked = indexedDB.open("canteen-round", 1);
    asked.onsuccess = () => {
      const get = asked.result.transaction("queue").objectStore("queue").getAll();
      get.onsuccess = () => { asked.result.close(); resolve(get.result); };
    };
  });
  for (let tries = 0; tries < 400; tries += 1) {
    const held = await queue();
    if (held.length && held.every((one) => one.told && !one.photo)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("something is not told after twenty seconds");
}"""
"""Everything was told, and is still here because the doors did not come anew."""

AT_REST = """async () => {
  const text = (value) => {
    if (value instanceof ArrayBuffer) return new TextDecoder().decode(value);
    if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
    if (value instanceof CryptoKey) return `key extractable=${value.extractable}`;
    if (value && typeof value === "object") return Object.values(value).map(text).join(" ");
    return String(value);
  };
  const found = [];
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("canteen-round", 1);
    asked.onsuccess = () => resolve(asked.result);
  });
  for (const name of ["kept", "queue"]) {
    const all = await new Promise((resolve) => {
      const get = database.transaction(name).objectStore(name).getAll();
      get.onsuccess = () => resolve(get.result);
    });
    found.push(...all.map(text));
  }
  database.close();
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(await (await cache.match(request)).text());
  }
  return found.join("\\n");
}"""


EXPIRY = """async () => {
  const { stillShown, mapLinks } = await import("/static/js/delivery/round/state.js");
  const at = (text) => Date.parse(`2026-11-23T${text}:00+08:00`);
  const open = { id: 1, outcome: null };
  const round = { roster: 1, until: "2026-11-23T14:00:00+08:00", ended: null, stops: [open] };
  const rounds = (events, now) => stillShown({ rounds: [round] }, events, now)?.rounds.length ?? 0;
  const done = { kind: "outcome", roster: 1, stop: 1, outcome: "refused", id: "x" };
  const early = [{ event: { ...done, at: "2026-11-23T12:00:00+08:00" } }];
  const links = [["amap", "android"], ["amap", "ios"], ["geo", "any"]]
    .map(([app, on]) => ({ app, on }));
  return [
    rounds([], at("13:59")), rounds([], at("14:00")),
    rounds(early, at("12:59")), rounds(early, at("13:01")), // an hour after the last door
    rounds([], at("13:01")),
    ...mapLinks(links, "iPhone").map((one) => `${one.app} ${one.on}`),
  ];
}"""
"""What the phone does away with and when, and which map apps an iPhone is offered."""
WRITES_ON = """async () => {
  const module = document.querySelector("link[rel=modulepreload][href*='round/store']").href;
  const { keepBegun, keepDay } = await import(module);
  await keepBegun(1, "stop-1", "words", new TextEncoder().encode("late"));
  await keepDay({ late: true }, "late");
}"""
"""A tab that stayed open writes a draft and doors, as its timers and buttons do."""
NO_DOORS = """(() => {
  const plain = window.fetch;
  const lost = () => Promise.reject(new TypeError("lost"));
  const isDoors = (url) => String(url).endsWith("/round/data");
  window.fetch = (url, ...rest) => isDoors(url) ? lost() : plain(url, ...rest);
})()"""
"""What happened is still told, but the phone does not hear what stands since."""
SMALLEST_BUTTON = """Math.min(...[...document.querySelectorAll("[data-round] .button")]
  .filter((one) => one.checkVisibility())
  .flatMap((one) => [one.getBoundingClientRect().width, one.getBoundingClientRect().height]))"""
SMALLEST_WORD = """Math.min(...[...document.querySelectorAll("[data-round] *")]
  .filter((one) => one.checkVisibility() && one.innerText?.trim() && !one.children.length)
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


def picture() -> bytes:
    """A photo with a place in it, as phones write them."""
    exif = Image.Exif()
    exif[0x010F] = "telephone"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    Image.new("RGB", (2400, 1800), "#886644").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


PHOTO = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": picture()}


def net(page: Any, words: str) -> None:
    page.locator("[data-slot=net]").filter(has_text=words).wait_for()


def rows(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_round_without_a_network_on_a_phone_that_dies(
    playwright: Any, live_server: LiveServer, walk: Walk, tmp_path: Path, app: Flask
) -> None:
    profile = tmp_path / "phone"
    with phone(playwright, profile) as page:
        sign_in_page(page, live_server, "xiaozhou")
        page.goto(f"{live_server.url}/round")
        net(page, "都上传了")
        page.evaluate(READY)
        page.context.set_offline(True)
        plain = page.locator(".count-row").first
        assert "单子上 2 份" in plain.inner_text()
        plain.locator("[data-act=less]").click()
        page.locator(".pickup [data-slot=note]").fill("少一盒，厨房补")
        page.locator(".count-row").last.locator("[data-act=more]").click()
        page.evaluate(BEGUN, "words")
        page.reload()  # counted, noted, not yet pressed
        assert page.locator(".pickup [data-slot=note]").input_value() == "少一盒，厨房补"
        assert page.locator(".pickup [data-slot=count]").all_inner_texts() == ["1", "1"]
        page.click("[data-act=counted]")
        page.click("[data-act=left]")
        card = page.locator("article.next")
        assert "302" in card.inner_text()
        assert "138****0303" in card.inner_text()
        assert "13800000303" not in page.content()
        assert page.evaluate(SMALLEST_BUTTON) >= 60
        assert page.evaluate(SMALLEST_WORD) >= 18
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        card.locator("[data-slot=say]").fill("女儿在家")
        card.locator("input[type=file]").set_input_files(PHOTO)
        card.locator("img").wait_for()
        card.locator("[data-outcome=handed_over]").click()
        page.locator(".done-row").wait_for()
        net(page, "3 条记在手机上")
        card.locator("[data-slot=say]").fill("门里有狗叫")
        card.locator("input[type=file]").set_input_files(PHOTO)
        page.evaluate(BEGUN, "photo words")
        kept = page.evaluate(AT_REST)
        for secret in ("李奶奶", "陈奶奶", "13800000303", "金牛小区", "1单元", "女儿在家", "狗"):
            assert secret not in kept
        assert "extractable=false" in kept
    assert rows(RoundEvent) == 0

    with phone(playwright, profile, offline=True) as page:  # switched on again on the stairs
        page.goto(f"{live_server.url}/round")
        net(page, "3 条记在手机上")
        page.locator("[data-slot=progress]", has_text="1 / 2").wait_for()
        assert "女儿在家" in page.locator(".done-row").inner_text()
        card = page.locator("article.next")
        assert "501" in card.inner_text()
        card.locator("img").wait_for()
        assert card.locator("[data-slot=say]").input_value() == "门里有狗叫"
        card.locator("[data-slot=not] summary").click()
        card.locator("[data-outcome=nobody_answers]").click()
        net(page, "4 条记在手机上")
        page.evaluate(BEGUN, "")
        page.context.set_offline(False)
        net(page, "请重新登录，记下的都还在")
        live_server.lose_next_answer("/round/events")  # told, but the phone does not hear it
        sign_in_page(page, live_server, "xiaozhou")
        page.goto(f"{live_server.url}/round")
        net(page, "都上传了")
        assert page.evaluate(EXPIRY) == [1, 0, 1, 0, 1, "amap ios", "geo any"]
        page.evaluate(NO_DOORS)
        page.click("[data-act=returned]")
        page.locator("[data-act=returned]").wait_for(state="detached")
        page.evaluate(TOLD)
        net(page, "没有网络")

        page.locator(".done-row [data-act=again]").first.click()
        page.locator("article.next [data-slot=say]").fill("还要补一句")
        page.evaluate(BEGUN, "words")
        other = page.context.new_page()
        other.goto(f"{live_server.url}/round")
        other.locator(".done-row").first.wait_for()
        page.locator("[data-rail] summary").click()
        page.locator("form[data-leaving] button").click()
        page.wait_for_url("**/sign-in**")
        other.evaluate(WRITES_ON)
        left = page.evaluate(AT_REST)
        for gone in ("extractable", "data-round", "stop-"):
            assert gone not in left

    assert rows(StopOutcome) == 2
    assert rows(RoundEvent) == 5
    assert rows(Meal) == 1
    events = list(db.session.scalars(select(RoundEvent).order_by(RoundEvent.happened_at)))
    told = [(one.kind, one.reason) for one in events]
    assert told == [
        ("picked_up", "boxes_differ"),
        ("left", ""),
        ("outcome", ""),
        ("outcome", ""),
        ("returned", ""),
    ]
    assert [json.loads(one.body).get("note") for one in events[2:4]] == ["女儿在家", "门里有狗叫"]
    photos = set(db.session.scalars(select(RoundPhoto.event_id)))
    assert photos == {events[2].id, events[3].id}
    for one in photos:
        with Image.open(Path(app.config["DATA"]) / "round_photos" / f"{one}.jpg") as kept:
            assert max(kept.size) == 1280
            assert not kept.getexif()
