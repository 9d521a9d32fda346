"""A round in Safari's engine: what was told on the stairs outlives a reload, a photo too."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from canteen.delivery.models import StopOutcome
from canteen.delivery.rounds.models import RoundPhoto
from canteen.foundation.database import db
from tests.delivery.rounds.test_stairs_browser import READY, picture, walk  # noqa: F401
from tests.delivery.rounds.walks import Walk
from tests.webkit.conftest import Tablet

pytestmark = [pytest.mark.webkit, pytest.mark.looks]


def test_a_door_told_without_a_network_is_told_once(
    tablet: Tablet,
    walk: Walk,  # noqa: F811
    tmp_path: Path,
) -> None:
    browser = tablet.browser
    photo = tmp_path / "door.jpg"
    photo.write_bytes(picture())
    tablet.sign_in("xiaozhou")
    browser.goto(tablet.at("/round"))
    net(tablet, "都上传了")
    browser.js(f"return ({READY})()")
    tablet.go_away()
    browser.click("[data-act=counted]")
    browser.click("[data-act=left]")
    browser.choose_file("article.next input[type=file]", photo)
    browser.wait_for("article.next img")
    browser.click("article.next [data-outcome=handed_over]")
    net(tablet, "记在手机上")
    browser.reload()
    net(tablet, "记在手机上")
    browser.wait("document.querySelector('[data-slot=progress]').innerText.includes('1 / 2')")
    assert rows(StopOutcome) == 0
    tablet.come_back()
    net(tablet, "都上传了")
    assert (rows(StopOutcome), rows(RoundPhoto)) == (1, 1)


def net(tablet: Tablet, words: str) -> None:
    """Wait until the page says so of what it keeps."""
    said = "document.querySelector('[data-slot=net]')?.innerText.includes(arguments[0])"
    tablet.browser.wait(said, words)


def rows(table: type[StopOutcome] | type[RoundPhoto]) -> int:
    """How many there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0
