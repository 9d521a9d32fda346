"""The counter reads a printed card through a camera, and helps where there is none."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from canteen.cards.qr import qr_png
from tests.browser import CHROMIUM, QUIET, LiveServer, tablet_page
from tests.settlement.counter import Counter, meals_booked, open_counter, shown

pytestmark = pytest.mark.browser


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


@pytest.fixture
def camera_page(playwright: Any, counter: Counter, tmp_path: Path) -> Iterator[Any]:
    """A tablet whose camera sees 陈奶奶's card."""
    film = tmp_path / "card.mjpeg"
    film.write_bytes(card_photo(counter.chen) * 10)
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
