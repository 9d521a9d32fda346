"""Tags in an imported register are proposals; what is approved is never stretched by a file."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.residents.models import ResidentTag
from canteen.staff.rules import Role
from tests.people import approve_all_tags, make_site, make_staff, make_zhangjie, sign_in
from tests.residents.test_import import WANG, csv_file, preview

DIBAO = WANG | {
    "标签": "低保", "标签证明": "低保证 2026-031", "标签起": "2026-01-01", "标签止": "2026-12-31",
}  # fmt: skip


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    return client


def bring(client: FlaskClient, **cells: str) -> str:
    """Import 王爷爷 with his 低保; what the preview said."""
    address, page = preview(client, csv_file(DIBAO | cells))
    client.post(address)
    return page


def tags() -> list[tuple[str, int | None, date, date | None]]:
    db.session.rollback()
    rows = db.session.scalars(select(ResidentTag).order_by(ResidentTag.id))
    return [(one.state, one.recorded_by, one.valid_from, one.valid_until) for one in rows]


NEW_YEAR, YEARS_END = date(2026, 1, 1), date(2026, 12, 31)


def test_an_imported_tag_is_proposed_by_who_imports(manager: FlaskClient) -> None:
    bring(manager)
    assert tags() == [("proposed", 1, NEW_YEAR, YEARS_END)]
    assert "文件里的人都已登记" in bring(manager)
    assert len(tags()) == 1


def test_a_proposal_that_a_file_rewrites_is_the_rewriters(manager: FlaskClient, app: Flask) -> None:
    bring(manager)
    make_staff("xiaolin", Role.COMMUNITY, site_id=1)
    other = app.test_client()
    sign_in(other, "xiaolin")
    bring(other, 标签止="2027-12-31")
    assert tags() == [("proposed", 2, NEW_YEAR, date(2027, 12, 31))]
    other.post("/approvals", data={"tag": "1"})
    assert tags()[0][0] == "proposed"  # it is 小林's own now


def test_a_longer_day_in_a_file_is_a_proposal_for_the_days_beyond(manager: FlaskClient) -> None:
    bring(manager)
    approve_all_tags()
    for _twice in range(2):
        bring(manager, 标签止="2027-12-31", 标签证明="低保证 2027-001")
    assert tags() == [
        ("approved", 1, NEW_YEAR, YEARS_END),
        ("proposed", 1, date(2027, 1, 1), date(2027, 12, 31)),
    ]


def test_a_shorter_day_in_a_file_ends_the_tag(manager: FlaskClient) -> None:
    bring(manager)
    approve_all_tags()
    bring(manager, 标签止="2026-06-30")
    assert tags() == [("approved", 1, NEW_YEAR, date(2026, 6, 30))]


def test_other_words_for_the_paper_do_not_rewrite_what_was_approved(manager: FlaskClient) -> None:
    bring(manager)
    approve_all_tags()
    bring(manager, 标签证明="另一张证")
    db.session.rollback()
    assert db.session.scalars(select(ResidentTag.evidence)).all() == ["低保证 2026-031"]


def test_a_declined_tag_comes_again_as_a_new_proposal(manager: FlaskClient, app: Flask) -> None:
    bring(manager)
    make_staff("xiaolin", Role.COMMUNITY, site_id=1)
    other = app.test_client()
    sign_in(other, "xiaolin")
    other.post("/approvals/1/refusal", data={"reason": "证件已过期"})
    bring(manager)
    assert [one[0] for one in tags()] == ["declined", "proposed"]
