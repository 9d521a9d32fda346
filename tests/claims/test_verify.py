"""`canteen ledger verify` finds whatever is wrong with claims."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from canteen.claims.actions import Payment, receive_payment
from canteen.claims.verify import verify_claims
from canteen.foundation.database import db, transaction
from tests.claims.conftest import Place
from tests.claims.ground import at, closed, eat, void
from tests.people import make_site

JUNE = date(2026, 6, 1), date(2026, 6, 30)
JULY = date(2026, 7, 1), date(2026, 7, 31)

TRIGGERS = ("claims", "claim_sites", "claim_lines", "claim_payments", "transfers")


def without_guards() -> None:
    """As somebody with the database in their hands would."""
    with transaction() as session:
        for table in TRIGGERS:
            for verb in ("update", "delete", "insert"):
                name = f"{table}_no_{verb}"
                if session.get_bind().dialect.name == "sqlite":
                    session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
                else:
                    session.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))


def rules_broken() -> set[str]:
    db.session.rollback()
    return {finding.rule for finding in verify_claims(db.session())}


@pytest.fixture
def history(place: Place) -> Place:
    """June closed and partly paid, one meal of it taken back in July, July closed."""
    other = make_site("xingfu")
    meal = eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.chen, JUNE[1], site_id=place.site)
    june = closed(*JUNE, place.site)
    void(meal, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 10)))
    eat(place.chen, JULY[0], site_id=place.site)
    eat(place.chen, JULY[1], site_id=other)
    closed(*JULY, place.site)
    payment = Payment(
        claim_id=june.claim_id, amount_fen=500, received_on=JULY[1], request_id=uuid4()
    )
    receive_payment(
        payment, site_ids=[place.site], today=JULY[1], by=place.zhangjie, now=at(JULY[1])
    )
    assert rules_broken() == set()
    return place


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE claim_lines SET amount_fen = 299 WHERE id = 1", "claim_line_is_entry"),
        ("UPDATE claim_lines SET service_date = '2026-06-02' WHERE id = 1", "claim_line_is_entry"),
        ("UPDATE claim_lines SET site_id = 2 WHERE id = 2", "claim_line_is_entry"),
        ("UPDATE claim_lines SET meal_id = NULL WHERE id = 1", "claim_line_is_entry"),
        ("UPDATE claims SET funder_code = 'district'", "claim_line_is_entry"),
        ("UPDATE claims SET last_day = '2026-06-29' WHERE id = 1", "claim_line_belongs"),
        ("DELETE FROM claim_sites WHERE claim_id = 1", "claim_line_belongs"),
        (
            "UPDATE claim_lines SET corrects_id = 2 WHERE corrects_id = 1",
            "claim_correction_mirrors",
        ),
        ("UPDATE claim_lines SET policy = 'x/y' WHERE amount_fen < 0", "claim_correction_mirrors"),
        ("UPDATE claim_lines SET corrects_id = NULL", "claim_correction_mirrors"),
        ("UPDATE claims SET total_fen = 601 WHERE id = 1", "claim_sum"),
        ("UPDATE claims SET lines = 3 WHERE id = 1", "claim_sum"),
        ("DELETE FROM claim_lines WHERE id = 2", "claim_left_out"),
        ("DELETE FROM claim_lines WHERE amount_fen < 0", "claim_left_out"),
        ("UPDATE claim_payments SET amount_fen = 400", "claim_payment_is_transfer"),
        ("UPDATE claim_payments SET received_on = '2026-07-01'", "claim_payment_is_transfer"),
        ("UPDATE claims SET total_fen = 499 WHERE id = 1", "claim_overpaid"),
        ("DELETE FROM claim_payments", "claim_payment_named"),
    ],
)
def test_every_tampering_is_found(history: Place, change: str, rule: str) -> None:
    without_guards()
    with transaction() as session:
        session.execute(text(change))
    assert rule in rules_broken()


def test_what_is_booked_after_closing_is_not_left_out(history: Place) -> None:
    eat(history.wang, JUNE[0], site_id=history.site, now=at(date(2026, 7, 1)))
    assert rules_broken() == set()
