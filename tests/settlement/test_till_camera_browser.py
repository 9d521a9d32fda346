"""The counter reads a printed card through a camera, and helps where there is none."""

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from canteen.cards.qr import qr_png
from canteen.foundation.database import db
from canteen.settlement.models import Meal
from canteen.staff.models import Staff
from tests.browser import CHROMIUM, QUIET, LiveServer, sign_in_page, tablet_page
from tests.people import make_resident
from tests.settlement.counter import (
    Counter,
    later,
    make_card,
    meals_booked,
    open_counter,
    pay_in,
    shown,
)

pytestmark = [pytest.mark.browser, pytest.mark.looks]


def card_photo(digits: str, *, tilt: float = 4) -> bytes:
    """A JPEG of 1280 by 720: a hand's view of a card, a little turned."""
    code = Image.open(io.BytesIO(qr_png(digits, module_px=7))).convert("RGB")
    card = Image.new("RGB", (560, 360), "#fdfbf6")
    card.paste(code, (300, 70))
    view = Image.new("RGB", (1280, 720), "#6d675d")
    turned = card.rotate(tilt, expand=True, fillcolor="#6d675d")
    view.paste(turned, ((1280 - turned.width) // 2, (720 - turned.height) // 2))
    buffer = io.BytesIO()
    view.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


@contextmanager
def camera_that_sees(playwright: Any, film: Path) -> Iterator[Any]:
    """A tablet before whose camera a film runs, over and over."""
    browser = playwright.chromium.launch(
        executable_path=str(CHROMIUM),
        args=[
            *QUIET,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    with tablet_page(browser, permissions=["camera"]) as page:
        yield page
    browser.close()


@pytest.fixture
def camera_page(playwright: Any, counter: Counter, tmp_path: Path) -> Iterator[Any]:
    """A tablet whose camera sees 陈奶奶's card."""
    film = tmp_path / "card.mjpeg"
    film.write_bytes(card_photo(counter.chen) * 10)
    with camera_that_sees(playwright, film) as page:
        yield page


def printed(page: Any, server: LiveServer, card_id: int) -> Image.Image:
    """A card as it comes out of the printer, at the size at which a camera sees it."""
    page.goto(f"{server.url}/cards/{card_id}/print")
    face = Image.open(io.BytesIO(page.locator(".card-face").screenshot())).convert("RGB")
    return face.resize((560, 353), Image.Resampling.LANCZOS)


def people_in_line(counter: Counter, number: int) -> list[int]:
    """The ids of as many cards, each of somebody with money."""
    now = datetime.now(UTC)
    clerk = db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
    made = []
    for place in range(number):
        name = f"郑{'甲乙丙丁戊己庚辛壬癸'[place]}"
        person = make_resident(name, site_id=counter.site_id, birthday=date(1950, 3, 1))
        pay_in(person, 50_00, site_id=counter.site_id, by=clerk, now=now)
        made.append(make_card(person, by=clerk, now=now).id)
    return made


def test_a_line_of_worn_cards_in_bad_light_is_booked_through_the_camera(
    playwright: Any, counter: Counter, live_server: LiveServer, browser_page: Any, tmp_path: Path
) -> None:
    photos = pytest.importorskip("tests.cards.photos", reason="draws with numpy")
    kinds = ["turned", "mirrored", "tilted", "blurred", "dim", "glaring", "creased", "at_noon"]
    cards = people_in_line(counter, len(kinds))
    sign_in_page(browser_page, live_server, "xiaoli")
    film = tmp_path / "line.mjpeg"
    with film.open("wb") as file:
        for kind, card_id in zip(kinds, cards, strict=True):
            face = printed(browser_page, live_server, card_id)
            for seed in range(3):  # a hand is never still
                frame = photos.DISTORTIONS[kind](face, random.Random(f"{kind} {seed}"))
                file.write(photos.jpeg(frame) * 20)
    with camera_that_sees(playwright, film) as page:
        open_counter(page, live_server)
        page.keyboard.press("F9")
        for _half_second in range(360):
            if meals_booked() == len(kinds):
                break
            page.wait_for_timeout(500)
        booked = set(db.session.scalars(select(Meal.card_id)))
        unread = [kind for kind, card in zip(kinds, cards, strict=True) if card not in booked]
        assert not unread, "these cards were never read"
        assert meals_booked() == len(kinds)


def test_the_other_camera_the_lamp_and_the_mirror(
    browser_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    browser_page.add_init_script(TWO_CAMERAS)
    open_counter(browser_page, live_server)
    browser_page.keyboard.press("F9")
    video = browser_page.locator("[data-camera] video")
    video.wait_for()
    assert "mirrored" not in (video.get_attribute("class") or ""), "the back camera first"
    lamp = browser_page.locator("[data-camera-torch]")
    lamp.click()
    browser_page.wait_for_function("() => window.lamp === true")
    browser_page.wait_for_selector("[data-camera-torch][aria-pressed=true]")
    browser_page.click("[data-camera-other]")
    browser_page.wait_for_selector("[data-camera] video.mirrored")
    lamp.wait_for(state="hidden")  # a front camera has none
    browser_page.keyboard.press("F9")
    browser_page.keyboard.press("F9")
    browser_page.wait_for_selector("[data-camera] video.mirrored")  # this device's own choice
    browser_page.click("[data-camera-other]")
    lamp.wait_for()


TWO_CAMERAS = """
const made = (id, facing, torch) => {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 320, height: 240 }).getContext('2d').fillRect(0, 0, 9, 9);
  const stream = canvas.captureStream(5);
  const [track] = stream.getVideoTracks();
  track.getSettings = () => ({ deviceId: id, facingMode: facing });
  track.getCapabilities = () => (torch ? { torch: true } : {});
  track.applyConstraints = async ({ advanced: [{ torch: on }] }) => { window.lamp = on; };
  return stream;
};
navigator.mediaDevices.enumerateDevices = async () =>
  ['rear', 'front'].map((deviceId) => ({ deviceId, kind: 'videoinput', label: '' }));
navigator.mediaDevices.getUserMedia = async ({ video }) =>
  video.deviceId?.exact === 'front'
    ? made('front', 'user', false)
    : made('rear', 'environment', true);
"""

OWN_DETECTOR = """
window.asked = 0;
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code']; }
  async detect() { window.asked += 1; return %s; }
};
"""


def test_the_browsers_own_detector_is_used_where_it_works(
    camera_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    camera_page.add_init_script(OWN_DETECTOR % f"[{{ rawValue: '{counter.wang}' }}]")
    posted: list[str] = []
    camera_page.on("request", lambda request: posted.append(request.url))
    open_counter(camera_page, live_server)
    camera_page.keyboard.press("F9")
    assert "王爷爷" in shown(camera_page, "refusal")  # its own answer, not what the server sees
    assert not [url for url in posted if "/counter/frames" in url]


def test_a_detector_that_sees_nothing_is_given_up_and_the_server_reads(
    camera_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    camera_page.add_init_script(OWN_DETECTOR % "[]")
    open_counter(camera_page, live_server)
    camera_page.keyboard.press("F9")
    assert "陈奶奶" in shown(camera_page, "receipt")
    camera_page.wait_for_timeout(1500)
    asked = camera_page.evaluate("window.asked")
    camera_page.wait_for_timeout(800)
    assert camera_page.evaluate("window.asked") == asked, "it is asked no more"


def test_an_address_without_https_says_so_and_shows_the_way(
    browser_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    browser_page.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', { value: false })"
    )
    open_counter(browser_page, live_server)
    browser_page.click("[data-act=camera]")
    browser_page.locator("[data-camera-note]", has_text="https").wait_for()
    assert browser_page.get_attribute("[data-camera-help]", "href") == "/setup/https"
    photo = {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": card_photo(counter.chen)}
    browser_page.set_input_files("[data-camera] input[type=file]", photo)
    assert "陈奶奶" in shown(browser_page, "receipt")


def test_a_card_before_the_camera_is_settled_once_while_it_stays(
    camera_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    open_counter(camera_page, live_server)
    camera_page.keyboard.press("F9")
    assert "陈奶奶" in shown(camera_page, "receipt")
    camera_page.wait_for_timeout(4500)  # longer than the time after which a card counts anew
    assert camera_page.get_attribute("body", "data-showing") == "receipt"
    assert meals_booked() == 1
    camera_page.keyboard.press("F9")
    camera_page.locator("[data-camera]").wait_for(state="hidden")


def test_without_a_camera_a_sentence_and_a_photo_help(
    browser_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    open_counter(browser_page, live_server)
    browser_page.click("[data-act=camera]")
    browser_page.locator("[data-camera-note]", has_text="拍一张照").wait_for()
    photo = {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": card_photo(counter.chen)}
    browser_page.set_input_files("[data-camera] input[type=file]", photo)
    assert "陈奶奶" in shown(browser_page, "receipt")


def test_a_photo_without_a_code_is_said_so(
    browser_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    open_counter(browser_page, live_server)
    browser_page.click("[data-act=camera]")
    browser_page.locator("[data-camera-note]", has_text="拍一张照").wait_for()
    blank = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(blank, "JPEG")
    photo = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": blank.getvalue()}
    browser_page.set_input_files("[data-camera] input[type=file]", photo)
    browser_page.locator("[data-camera-note]", has_text="没有读到方码").wait_for()


PAY = "wxp://f2f0Vb3oQmYx"


def test_with_several_codes_in_view_the_card_counts_and_of_two_cards_none(
    browser_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    browser_page.add_init_script(TWO_CAMERAS)
    browser_page.add_init_script(OWN_DETECTOR % "(window.inView ?? [])")
    open_counter(browser_page, live_server)

    def view(*texts: str) -> None:
        browser_page.evaluate(
            "(texts) => { window.inView = texts.map((rawValue) => ({ rawValue })); }", texts
        )

    def look_on() -> None:
        asked = browser_page.evaluate("window.asked")
        browser_page.wait_for_function("(asked) => window.asked > asked + 3", arg=asked)

    browser_page.keyboard.press("F9")
    view(PAY)
    assert "不是" in shown(browser_page, "refusal")
    view(PAY, counter.chen)
    assert "陈奶奶" in shown(browser_page, "receipt")
    assert meals_booked(card_id=counter.chen_card_id) == 1
    later(browser_page)
    view(PAY)  # it lies there all day: not a word about it again
    look_on()
    assert browser_page.get_attribute("body", "data-showing") == "receipt"
    view(counter.wang, counter.chen)
    browser_page.locator("[data-camera-note]", has_text="两张卡").wait_for()
    look_on()
    assert browser_page.get_attribute("body", "data-showing") == "receipt"
    assert meals_booked() == 1


def test_a_camera_that_is_unplugged_gives_way_to_another_and_comes_back_by_itself(
    browser_page: Any, counter: Counter, live_server: LiveServer
) -> None:
    browser_page.add_init_script(TWO_CAMERAS)
    browser_page.add_init_script(PLUGGED)
    open_counter(browser_page, live_server)
    browser_page.keyboard.press("F9")
    browser_page.wait_for_selector("[data-camera] video:not(.mirrored)")
    browser_page.evaluate("unplug('rear')")
    browser_page.wait_for_selector("[data-camera] video.mirrored")  # the front one
    browser_page.evaluate("unplug('front')")
    browser_page.locator("[data-camera-note]", has_text="没有能用的摄像头").wait_for()
    browser_page.locator("[data-camera] video").wait_for(state="hidden")
    browser_page.evaluate("plugIn('rear')")
    browser_page.wait_for_selector("[data-camera] video:not(.mirrored)")
    browser_page.keyboard.press("F9")
    browser_page.evaluate("unplug('rear'); plugIn('rear')")
    assert browser_page.locator("[data-camera]").is_hidden(), "put away it stays put away"


PLUGGED = """
const there = new Set(['rear', 'front']);
const running = new Map();
const ask = navigator.mediaDevices.getUserMedia;
navigator.mediaDevices.enumerateDevices = async () =>
  [...there].map((deviceId) => ({ deviceId, kind: 'videoinput', label: '' }));
navigator.mediaDevices.getUserMedia = async ({ video }) => {
  const id = there.has(video.deviceId?.exact) ? video.deviceId.exact : [...there][0];
  if (!id) throw new DOMException('gone', 'NotFoundError');
  const stream = await ask({ video: { deviceId: { exact: id } } });
  running.set(id, stream.getVideoTracks()[0]);
  return stream;
};
window.unplug = (id) => {
  there.delete(id);
  running.get(id)?.dispatchEvent(new Event('ended'));
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
};
window.plugIn = (id) => {
  there.add(id);
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
};
"""
