"""A counter ready to serve: what every test in the browser starts from."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, select, update

from canteen.cards import actions as cards
from canteen.cards.models import Card
from canteen.cards.tokens import make_token
from canteen.cards.wallets import CashOrder, CashReceipt, top_up
from canteen.foundation import storage
from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.sites.models import MealPeriod, MealSet
from canteen.subsidies.actions import adopt_policy, publish_policy
from tests.browser import LiveServer, sign_in_page
from tests.noon import HERE, today
from tests.people import make_chen, make_site, make_wang, make_xiaoli, make_zhangjie

POLICY = Path(__file__).parents[2] / "canteen" / "subsidies" / "policies" / "nanchang.toml"


@dataclass(frozen=True)
class Counter:
    """金牛食堂 at lunch, whatever the clock says: 陈奶奶 with 50 yuan, 王爷爷 with 5."""

    site_id: int
    chen_id: int
    wang_id: int
    chen_card_id: int
    chen: str
    wang: str
    """The digits on their cards."""


def make_counter() -> Counter:
    """The counter with its people, cards, money and a policy that pays 4 yuan for 陈奶奶."""
    now = datetime.now(UTC)
    site_id = make_site(menu_required=False, time_zone=HERE)
    clerk = make_xiaoli(site_id)
    make_zhangjie(site_id)
    with transaction() as session:
        session.execute(delete(MealPeriod).where(MealPeriod.code == "breakfast"))
        session.execute(
            update(MealPeriod)
            .where(MealPeriod.code == "lunch")
            .values(starts=time(0), ends=time(23, 58))
        )
        session.execute(
            update(MealPeriod)
            .where(MealPeriod.code == "dinner")
            .values(starts=time(23, 58), ends=time(23, 59))
        )
    adopt(site_id, now)
    chen, wang = make_chen(site_id), make_wang(site_id)
    pay_in(chen, 50_00, site_id=site_id, by=clerk, now=now)
    pay_in(wang, 5_00, site_id=site_id, by=clerk, now=now)
    chen_card, wang_card = make_card(chen, by=clerk, now=now), make_card(wang, by=clerk, now=now)
    return Counter(site_id, chen, wang, chen_card.id, digits_of(chen_card), digits_of(wang_card))


def adopt(site_id: int, now: datetime) -> None:
    """The shipped policy of the city."""
    code = publish_policy(document=POLICY.read_text("utf-8"), now=now, by=None)
    assert isinstance(code, str)
    adopt_policy(site_id=site_id, policy_code=code, valid_from=today().replace(month=1, day=1))


def pay_in(resident_id: int, fen: int, *, site_id: int, by: int, now: datetime) -> None:
    """Money onto a wallet."""
    done = top_up(
        CashOrder(
            resident_id=resident_id,
            amount_fen=fen,
            request_id=uuid4(),
            site_id=site_id,
            service_date=today(),
            by=by,
        ),
        now=now,
    )
    assert isinstance(done, CashReceipt)


def make_card(resident_id: int, *, by: int, now: datetime) -> Card:
    """A new card."""
    card_id = cards.issue_card(resident_id=resident_id, now=now, by=by)
    assert isinstance(card_id, int)
    return db.session.get_one(Card, card_id)


def digits_of(card: Card) -> str:
    """The digits in a card's code."""
    return make_token(card.number, card.issue, storage.keys().card[0])


def add_small_set(site_id: int) -> None:
    """A second, smaller set at lunch for 10 yuan."""
    with transaction() as session:
        session.add(
            MealSet(
                site_id=site_id, period_code="lunch", code="small", name="小份餐",
                name_en="Small set", price_fen=1000, position=1,
            )
        )  # fmt: skip


def open_counter(page: Any, server: LiveServer, username: str = "xiaoli") -> None:
    """Sign in and open the page, ready to scan."""
    sign_in_page(page, server, username)
    page.goto(f"{server.url}/counter")
    page.wait_for_selector("[data-showing=idle]")


def later(page: Any) -> None:
    """Three seconds on by the page's clock: the same card is shown anew, not held long."""
    page.evaluate(
        """() => { const own = performance.now.bind(performance);
                  performance.now = () => own() + 3100; }"""
    )


def never_gives_up(page: Any) -> None:
    """From now on the page waits for an answer as long as it takes."""
    page.evaluate("() => { AbortController.prototype.abort = () => {}; }")


def shown(page: Any, screen: str) -> str:
    """Wait for a screen; its words."""
    try:
        page.wait_for_selector(f"[data-showing={screen}]")
    except Exception as error:
        error.add_note(f"the counter shows: {page.inner_text('[data-stage]')}")
        raise
    return str(page.inner_text("[data-stage]"))


def meals_booked(**where: Any) -> int:
    """How many meals stand."""
    db.session.rollback()
    query = select(func.count()).select_from(Meal).where(Meal.voided_at.is_(None))
    return db.session.scalars(query.filter_by(**where)).one()
