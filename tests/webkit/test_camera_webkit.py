"""The camera in Safari's engine: it has no detector of its own, and forgets what it was allowed."""

import base64
from pathlib import Path

import pytest

from tests.settlement.test_till_camera_browser import card_photo
from tests.webkit.conftest import Desk

pytestmark = [pytest.mark.webkit, pytest.mark.looks]

CAMERA_SEES = """
  const picture = new Image();
  picture.src = `data:image/jpeg;base64,${arguments[0]}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: picture.width, height: picture.height });
  const pen = canvas.getContext("2d");
  setInterval(() => pen.drawImage(picture, 0, 0), 50);
  window.film = canvas.captureStream(10);
  navigator.mediaDevices.getUserMedia = async () => window.film;
"""
"""What is held before the camera, as a film of one picture."""
TAKEN_AWAY = """
  const busy = new DOMException("", "NotReadableError");
  navigator.mediaDevices.getUserMedia = () => Promise.reject(busy);
  const [track] = window.film.getVideoTracks();
  track.stop();
  track.dispatchEvent(new Event("ended"));
"""
"""Another app has the camera now."""
FACES_US = "document.querySelector('[data-camera] video').classList.contains('mirrored')"


def test_the_camera_that_was_picked_is_the_one_of_the_next_visit(desk: Desk) -> None:
    browser = desk.browser
    desk.sign_in("xiaoli")
    desk.open_counter()
    browser.click("[data-act=camera]")
    browser.wait("document.querySelector('[data-camera] video').videoWidth > 0")
    assert browser.js(f"return {FACES_US}") is False, "the one at the back comes first"
    browser.wait("!document.querySelector('[data-camera-torch]').hidden")
    browser.wait("!document.querySelector('[data-camera-other]').hidden")
    browser.click("[data-camera-other]")
    browser.wait(FACES_US)
    browser.reload()
    desk.shown("idle")
    browser.click("[data-act=camera]")
    browser.wait("document.querySelector('[data-camera] video').videoWidth > 0")
    browser.wait(FACES_US)


def test_a_card_is_read_from_a_photo_and_through_the_camera(desk: Desk, tmp_path: Path) -> None:
    browser, counter = desk.browser, desk.counter
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(card_photo(counter.wang))
    desk.sign_in("xiaoli")
    desk.open_counter()
    assert browser.js("return 'BarcodeDetector' in window") is False
    browser.js(CAMERA_SEES, base64.b64encode(card_photo(counter.chen)).decode())
    browser.click("[data-act=camera]")
    assert "9.00" in desk.shown("receipt")
    browser.js(TAKEN_AWAY)
    browser.wait(
        "document.querySelector('[data-camera-note]').innerText.includes('没有能用的摄像头')"
    )
    browser.choose_file("[data-camera] input[type=file]", photo)
    assert "5.00" in desk.shown("refusal")
