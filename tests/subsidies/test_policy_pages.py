"""Reading policies in the browser: what holds, every version, who may see what."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.foundation.database import db
from canteen.staff.rules import Role
from canteen.subsidies.actions import publish_policy
from canteen.subsidies.models import SitePolicy
from canteen.subsidies.shelf import shipped_policies
from tests.people import NOW, make_site, make_staff, sign_in
from tests.subsidies.pages import begin_draft, manager_at_work, settle_by, versions

SENTENCE = "70 至 79 岁，每餐减 2 元，区财政承担"


def nanchang(version: int, **values: str) -> str:
    document = shipped_policies()["nanchang"].document
    document = document.replace("version = 1", f"version = {version}")
    for key, value in values.items():
        old = next(line for line in document.splitlines() if line.startswith(f"{key} ="))
        document = document.replace(old, f"{key} = {value}")
    return document


def test_the_manager_reads_what_is_given_in_sentences(client: FlaskClient) -> None:
    manager_at_work(client)
    page = client.get("/policies").text
    assert SENTENCE in page
    assert "江西南昌，金牛社区" in page
    assert "补贴政策</a>" in page


def test_in_english_the_sentences_are_english(client: FlaskClient) -> None:
    manager_at_work(client)
    client.set_cookie("canteen_language", "en")
    page = client.get("/policies").text
    assert "aged 70 to 79, 2 yuan off each meal, paid by the district" in page
    assert SENTENCE not in page


@pytest.mark.parametrize("code", list(shipped_policies()))
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_shipped_policy_can_be_read_whole(
    client: FlaskClient, code: str, language: str
) -> None:
    site_id = make_site()
    make_staff("zhangjie", Role.MANAGER, site_id=site_id)
    sign_in(client, "zhangjie")
    client.set_cookie("canteen_language", language)
    before = client.get(f"/policies/shipped/{code}")
    settle_by(site_id, code)
    after = client.get(f"/policies/{code}/1")
    for page in (before, after):
        assert page.status_code == 200
        assert "badge bad" not in page.text, "a worked case differs"
        assert shipped_policies()[code].policy.source in page.text


def test_a_version_shows_its_document_and_what_the_source_leaves_open(client: FlaskClient) -> None:
    manager_at_work(client)
    page = client.get("/policies/nanchang/1").text
    assert "高龄与困难能否叠加，公告没有写；此处取高者。" in page
    assert "with_others = &#34;stack&#34;" in page
    document = client.get("/policies/nanchang/1/document")
    assert document.text == shipped_policies()["nanchang"].document
    assert document.mimetype == "application/toml"


def test_a_version_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    manager_at_work(client)
    for address in ("/policies/nanchang/2", "/policies/mars/1", "/policies/shipped/mars"):
        assert client.get(address).status_code == 404


def test_a_case_that_differs_is_shown_with_what_it_should_be(client: FlaskClient) -> None:
    manager_at_work(client)
    two, three = (f'age_below = 80, effect = {{ kind = "off", yuan = {n} }}' for n in (2, 3))
    changed = nanchang(2).replace(two, three)
    publish_policy(document=changed, now=NOW, by=None)
    page = client.get("/policies/nanchang/2").text
    assert "✗ 不符" in page
    assert "应为 ¥2.00" in page
    assert "✓ 相符" in page


def test_a_later_version_is_said_to_replace_the_one_in_force(client: FlaskClient) -> None:
    manager_at_work(client)
    publish_policy(document=nanchang(2, valid_from="2099-12-01"), now=NOW, by=None)
    page = client.get("/policies").text
    assert "第 2 版自 2099年12月1日 起取代第 1 版" in page


def test_a_policy_that_ends_with_nothing_after_it_is_named(client: FlaskClient, app: Flask) -> None:
    from datetime import timedelta

    from canteen.blueprints.context import now

    site_id = make_site()
    make_staff("zhangjie", Role.MANAGER, site_id=site_id)
    soon = now().date() + timedelta(days=20)
    publish_policy(document=nanchang(1, valid_until=soon.isoformat()), now=NOW, by=None)
    settle_by_row(site_id)
    sign_in(client, "zhangjie")
    assert "之后没有接上的版本" in client.get("/policies").text
    after = soon + timedelta(days=1)
    publish_policy(document=nanchang(2, valid_from=after.isoformat()), now=NOW, by=None)
    assert "之后没有接上的版本" not in client.get("/policies").text


def settle_by_row(site_id: int) -> None:
    from canteen.subsidies.actions import adopt_policy

    adopt_policy(
        site_id=site_id, policy_code="nanchang", valid_from=date(2026, 1, 1), valid_until=None
    )


@pytest.mark.parametrize("role", [Role.CLERK, Role.COMMUNITY])
def test_others_read_the_sentences_and_change_nothing(client: FlaskClient, role: Role) -> None:
    site_id = make_site()
    make_staff("somebody", role, site_id=site_id)
    settle_by(site_id)
    sign_in(client, "somebody")
    page = client.get("/policies").text
    assert SENTENCE in page
    assert "照它写新一版" not in page
    assert client.get("/policies/nanchang/1").status_code == 200
    for address in (
        "/policies/drafts",
        "/policies/uploads",
        "/policies/adoptions",
        "/policies/nanchang/1/bench",
        "/policies/nanchang/1/costs",
    ):
        assert client.post(address, data={"code": "nanchang"}).status_code == 403, address


def test_a_volunteer_sees_nothing_of_it(client: FlaskClient) -> None:
    site_id = make_site()
    make_staff("zhou", Role.VOLUNTEER, site_id=site_id)
    sign_in(client, "zhou")
    assert client.get("/policies").status_code == 403


def test_a_shipped_policy_is_taken_up_from_a_day(client: FlaskClient) -> None:
    site_id = make_site()
    make_staff("zhangjie", Role.MANAGER, site_id=site_id)
    sign_in(client, "zhangjie")
    for _twice in range(2):
        answer = client.post(
            "/policies/adoptions", data={"code": "xuyi", "valid_from": "2099-01-01"}
        )
        assert answer.status_code == 302
    assert versions() == [("xuyi", 1)]
    adopted = db.session.query(SitePolicy).one()
    assert (adopted.site_id, adopted.valid_from) == (site_id, date(2099, 1, 1))
    assert "2099年1月1日 起" in client.get("/policies").text


@pytest.mark.parametrize(
    "data",
    [
        {"code": "xuyi"},
        {"code": "xuyi", "valid_from": "2026-02-30"},
        {"code": "mars", "valid_from": "2099-01-01"},
        {"valid_from": "2099-01-01"},
        {"code": "x" * 5000, "valid_from": "2099-01-01"},
    ],
)
def test_a_take_up_that_makes_no_sense_is_refused(client: FlaskClient, data: dict) -> None:
    manager_at_work(client)
    before = versions()
    answer = client.post("/policies/adoptions", data=data, follow_redirects=True)
    assert answer.status_code in (200, 409)
    assert "notice bad" in answer.text
    assert versions() == before


def test_a_policy_in_use_is_not_taken_up_again(client: FlaskClient) -> None:
    manager_at_work(client)
    answer = client.post(
        "/policies/adoptions", data={"code": "nanchang", "valid_from": "2099-01-01"}
    )
    assert answer.status_code == 409
    assert "已在本食堂使用" in answer.text


def test_a_policy_is_ended_on_a_day_and_taken_back(client: FlaskClient) -> None:
    manager_at_work(client)
    row = db.session.query(SitePolicy).one()
    address = f"/policies/adoptions/{row.id}/ending"
    client.post(address, data={"last_day": "2099-12-31"})
    db.session.rollback()
    assert db.session.query(SitePolicy).one().valid_until == date(2099, 12, 31)
    client.post(address, data={"last_day": ""})
    db.session.rollback()
    assert db.session.query(SitePolicy).one().valid_until is None
    late = client.post(address, data={"last_day": "2026-01-31"})
    assert late.status_code == 409
    assert "已经过去" in late.text
    client.post(address, data={"last_day": "2026-02-31"})
    db.session.rollback()
    assert db.session.query(SitePolicy).one().valid_until is None


def test_another_canteen_s_policy_cannot_be_ended(client: FlaskClient) -> None:
    other = make_site("other", name="别的食堂")
    settle_by(other)
    site_id = make_site()
    make_staff("zhangjie", Role.MANAGER, site_id=site_id)
    sign_in(client, "zhangjie")
    row = db.session.query(SitePolicy).one()
    answer = client.post(f"/policies/adoptions/{row.id}/ending", data={"last_day": "2099-12-31"})
    assert answer.status_code == 409
    db.session.rollback()
    assert db.session.query(SitePolicy).one().valid_until is None


def test_an_empty_house_still_shows_the_page(client: FlaskClient) -> None:
    site_id = make_site()
    make_staff("zhangjie", Role.MANAGER, site_id=site_id)
    sign_in(client, "zhangjie")
    page = client.get("/policies").text
    assert "还没有按任何补贴政策结算" in page
    assert "上海普陀" in page


def test_the_list_asks_the_database_no_more_for_more_policies(client: FlaskClient) -> None:
    from sqlalchemy import event

    site_id = manager_at_work(client)
    begin_draft(client)

    def reads() -> int:
        seen: list[str] = []
        engine = db.engine

        def count(_c, _cursor, statement, *_rest) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", count)
        client.get("/policies")
        event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    few = reads()
    for code in ("xuyi", "putuo", "tianjin", "beijing"):
        settle_by(site_id, code)
    assert reads() == few
