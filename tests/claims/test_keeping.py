"""A closed claim never changes: the database itself refuses."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from canteen.foundation.database import transaction
from tests.claims.conftest import Place
from tests.claims.ground import amounts, closed, eat

JUNE = date(2026, 6, 1), date(2026, 6, 30)

ADD_A_LINE = (
    "INSERT INTO claim_lines (claim_id, transfer_id, kind, site_id, service_date, period_code,"
    " diner_name, policy, amount_fen, note) SELECT claim_id, transfer_id + 1, kind, site_id,"
    " service_date, period_code, diner_name, policy, amount_fen, note FROM claim_lines"
)
CHANGES = (
    "UPDATE claims SET total_fen = 1",
    "UPDATE claims SET state = 'gathering', closed_at = NULL",
    "DELETE FROM claims",
    "UPDATE claim_lines SET amount_fen = 1",
    "UPDATE claim_lines SET diner_name = ''",
    "DELETE FROM claim_lines",
    ADD_A_LINE,
    "DELETE FROM claim_sites",
    "UPDATE claim_sites SET site_id = site_id",
    "INSERT INTO claim_sites (claim_id, site_id) SELECT id, 99 FROM claims",
)


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_of_a_closed_claim_may_be_changed(place: Place, change: str) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    june = closed(*JUNE, place.site)
    with pytest.raises(DatabaseError, match="forbidden"), transaction() as session:
        session.execute(text(change))
    assert amounts(june.claim_id) == [300]
