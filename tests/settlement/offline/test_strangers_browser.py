"""What answers is not always the canteen: a network that wants a sign-in, a proxy at work."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from canteen.cards.models import Card
from canteen.foundation.database import db
from canteen.staff.models import Staff
from tests.browser import LiveServer, shoot
from tests.people import make_resident
from tests.settlement.counter import Counter, digits_of, make_card, meals_booked, pay_in, shown
from tests.settlement.offline.test_alone_browser import ready

pytestmark = [pytest.mark.browser, pytest.mark.looks]

HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json"}
STRANGERS = (
    ("200 OK", HTML, "<h1>欢迎使用免费无线网络</h1>"),
    ("302 Found", {"Location": "/static/icons/bowl.svg"}, ""),
    ("200 OK", JSON, '{"ok": true}'),
    ("403 Forbidden", JSON, '{"error": "sign in to this network"}'),
    ("404 Not Found", HTML, "<h1>404</h1>"),
    ("200 OK", JSON, "null"),
)


def one_more(counter: Counter, place: int) -> Card:
    """A card of somebody with money."""
    now = datetime.now(UTC)
    clerk = db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
    born = date(1950, 3, 1)
    person = make_resident(f"郑{'甲乙丙丁戊己'[place]}", site_id=counter.site_id, birthday=born)
    pay_in(person, 50_00, site_id=counter.site_id, by=clerk, now=now)
    return make_card(person, by=clerk, now=now)


def test_a_strangers_answer_is_none_and_the_counter_goes_on(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    cards = [one_more(counter, place) for place in range(len(STRANGERS))]
    till.reload()
    till.wait_for_selector("[data-showing=idle]")
    ready(till)
    for told, (card, stranger) in enumerate(zip(cards, STRANGERS, strict=True)):
        live_server.answer_as(*stranger)
        shoot(till, digits_of(card))
        assert "离线" in shown(till, "receipt"), stranger
        assert meals_booked() == told
        live_server.answer_itself()
        till.locator("[data-bar=alone]").wait_for(state="hidden")
        assert meals_booked(card_id=card.id) == 1
        till.keyboard.press("Escape")
        till.wait_for_selector("[data-showing=idle]")


def test_a_strangers_page_does_not_take_the_place_of_the_kept_one(
    till: Any, counter: Counter, live_server: LiveServer
) -> None:
    ready(till)
    live_server.answer_as(*STRANGERS[0])
    till.reload()
    till.wait_for_selector("[data-showing=idle]")
    till.context.set_offline(True)
    till.reload()
    till.wait_for_selector("[data-showing=idle]")
    shoot(till, counter.chen)
    assert "离线" in shown(till, "receipt")
