"""Publishing a draft from a day: differences, sites, days already settled, two at once."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.blueprints.context import now
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.settlement.models import Meal
from canteen.settlement.queries import first_served
from canteen.staff.rules import Role
from canteen.subsidies.actions import adopt_policy
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.drafts import Publication, publish_draft
from canteen.subsidies.models import PolicyDraft, PolicyVersion, SitePolicy
from canteen.subsidies.queries import policies_at
from canteen.subsidies.shelf import shipped_policies
from tests.lunches import run_at_once
from tests.people import NOW, make_administrator, make_site, make_staff, sign_in
from tests.subsidies.pages import begin_draft, draft_row, manager_at_work, save, settle_by, versions


def today() -> date:
    return service_date(now(), "Asia/Shanghai")


def publish(client: FlaskClient, draft_id: int, first: date | str, **typed: Any) -> Any:
    row = draft_row(draft_id)
    changes = row.changes if row else 0
    data = {"changes": str(changes), "valid_from": str(first), "sites": ["1"], "looked": "y"}
    data |= typed
    return client.post(f"/policies/drafts/{draft_id}/publication", data=data)


def three_yuan(client: FlaskClient) -> int:
    draft_id = begin_draft(client)
    save(client, draft_id, **{"rule[1].bands[1].effect.yuan": "3"})
    return draft_id


def serve_a_meal(site_id: int, day: date, *, voided: bool = False) -> None:
    void = {"voided_at": NOW, "voided_by": 1, "void_reason": "按错"} if voided else {}
    with transaction() as session:
        session.add(
            Meal(
                id=uuid4(), site_id=site_id, service_date=day, period_code="lunch",
                channel="dine_in", set_code="standard", set_name="标准餐", price_fen=1300,
                paid_fen=1300, paid_by="cash", created_at=NOW, **void,
            )
        )  # fmt: skip


def test_the_page_says_what_changes(client: FlaskClient) -> None:
    manager_at_work(client)
    page = client.get(f"/policies/drafts/{three_yuan(client)}/publication").text
    assert "<del>高龄补贴：午餐、晚餐，70 至 79 岁，每餐减 2 元，区财政承担</del>" in page
    assert "<ins>高龄补贴：午餐、晚餐，70 至 79 岁，每餐减 3 元，区财政承担</ins>" in page
    assert page.count('class="change ') == 1
    assert "第 2 版从那天起取代第 1 版" in page


def test_what_came_and_what_went_are_told_apart(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(client, draft_id, change="remove:rule[2]")
    save(client, draft_id, change="add:cap")
    save(client, draft_id, **{"cap[1].meals": "1"})
    page = client.get(f"/policies/drafts/{draft_id}/publication").text
    assert "change removed" in page
    assert "change added" in page
    assert "上限：每天最多补 1 次" in page


def test_it_is_published_from_the_day_and_replaces_the_old_one_then(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    tomorrow = today() + timedelta(days=1)
    answer = publish(client, three_yuan(client), tomorrow)
    assert answer.headers["Location"].endswith("/policies/nanchang/2")
    assert versions() == [("nanchang", 1), ("nanchang", 2)]
    assert db.session.query(PolicyDraft).count() == 0
    (before,) = policies_at(db.session(), site_id=site_id, service_date=today())
    (after,) = policies_at(db.session(), site_id=site_id, service_date=tomorrow)
    assert (before.version, after.version) == (1, 2)
    assert after.rules[0].bands[0].effect.fen == 300
    assert after.valid_from == tomorrow
    page = client.get("/policies").text
    assert "取代第 1 版" in page


def test_the_published_document_says_the_day_it_holds_from(client: FlaskClient) -> None:
    manager_at_work(client)
    publish(client, three_yuan(client), "2099-01-01")
    db.session.rollback()
    row = db.session.query(PolicyVersion).filter_by(version=2).one()
    policy = parse_policy(row.document)
    assert policy.valid_from == row.valid_from == date(2099, 1, 1)
    assert row.longest_span == "month"


def test_a_limit_per_year_is_noted_for_the_counter(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(client, draft_id, change="add:cap")
    save(client, draft_id, **{"cap[1].meals": "200", "cap[1].per": "year"})
    publish(client, draft_id, "2099-01-01")
    db.session.rollback()
    assert db.session.query(PolicyVersion).filter_by(version=2).one().longest_span == "year"


@pytest.mark.parametrize(
    "typed",
    [
        {"looked": ""}, {"valid_from": ""}, {"valid_from": "2026-02-30"}, {"changes": ""},
        {"changes": "77"}, {"changes": "x"}, {"sites": ["999"]}, {"sites": ["x"]},
    ],
)  # fmt: skip
def test_a_form_that_is_not_right_publishes_nothing(
    client: FlaskClient, typed: dict[str, Any]
) -> None:
    manager_at_work(client)
    answer = publish(client, three_yuan(client), "2099-01-01", **typed)
    assert answer.status_code in (200, 409)
    assert versions() == [("nanchang", 1)]


def test_a_draft_with_mistakes_is_not_published(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(client, draft_id, **{"rule[1].bands[1].effect.yuan": "drei"})
    assert publish(client, draft_id, "2099-01-01").status_code == 409
    assert versions() == [("nanchang", 1)]


def test_it_cannot_begin_after_its_own_end(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(client, draft_id, valid_until="2098-12-31")
    assert "早于" in publish(client, draft_id, "2099-01-01").text
    assert versions() == [("nanchang", 1)]


def test_a_day_with_settled_meals_is_refused_and_said_why(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    serve_a_meal(site_id, today())
    draft_id = three_yuan(client)
    for first in (today(), today() - timedelta(days=3)):
        answer = publish(client, draft_id, first)
        assert answer.status_code == 409
        assert f"{today()} 已经结算过餐" in answer.text
    assert publish(client, draft_id, today() + timedelta(days=1)).status_code == 302


def test_today_is_free_while_nothing_stands_on_it(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    serve_a_meal(site_id, today(), voided=True)
    serve_a_meal(site_id, today() - timedelta(days=1))
    assert publish(client, three_yuan(client), today()).status_code == 302


def test_a_published_version_is_never_edited(client: FlaskClient) -> None:
    manager_at_work(client)
    publish(client, three_yuan(client), "2099-01-01")
    with pytest.raises(Exception, match="UPDATE is forbidden"), transaction() as s:
        s.query(PolicyVersion).filter_by(version=2).update({"document": "x"})


def test_the_same_draft_published_twice_is_one_version(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = three_yuan(client)
    publish(client, draft_id, "2099-01-01")
    again = publish(client, draft_id, "2099-01-01")
    assert again.status_code == 302
    assert "已经发布或放弃" in client.get(again.headers["Location"]).text
    assert versions() == [("nanchang", 1), ("nanchang", 2)]


def test_somebody_who_saves_meanwhile_stops_the_publishing(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = three_yuan(client)
    row = draft_row(draft_id)
    assert row is not None
    seen = row.changes
    save(client, draft_id, **{"rule[1].bands[1].effect.yuan": "30"})
    answer = publish(client, draft_id, "2099-01-01", changes=str(seen))
    assert answer.status_code == 409
    assert versions() == [("nanchang", 1)]


def test_two_managers_at_once_publish_it_once(client: FlaskClient, app: Flask) -> None:
    site_id = manager_at_work(client)
    draft_id = three_yuan(client)
    row = draft_row(draft_id)
    assert row is not None
    changes = row.changes
    plan = Publication(date(2099, 1, 1), frozenset({site_id}), frozenset({site_id}))

    def go() -> object:
        return publish_draft(
            draft_id=draft_id, changes=changes, plan=plan, settled=first_served, today=today(),
            now=NOW, by=1,
        )  # fmt: skip

    answers = run_at_once(app, [go, go])
    assert sorted(isinstance(each, Refusal) for each in answers) == [False, True]
    assert versions() == [("nanchang", 1), ("nanchang", 2)]


def test_other_canteens_prices_are_for_the_administrator(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    other = make_site("other", name="别的食堂")
    adopt_policy(
        site_id=other, policy_code="nanchang", valid_from=date(2026, 1, 1), valid_until=None
    )
    draft_id = three_yuan(client)
    assert "只有管理员可以发布" in client.get(f"/policies/drafts/{draft_id}/publication").text
    assert publish(client, draft_id, "2099-01-01").status_code == 409
    assert versions() == [("nanchang", 1)]
    make_administrator(site_id)
    sign_in(client, "guanliyuan")
    assert publish(client, draft_id, "2099-01-01").status_code == 302
    db.session.rollback()
    assert db.session.query(SitePolicy).count() == 2, "both follow, neither adopts again"


def test_a_new_policy_is_adopted_where_it_was_ticked(client: FlaskClient) -> None:
    manager_at_work(client)
    second = make_site("second", name="二食堂")
    make_staff("both", Role.MANAGER, site_id=1)
    make_administrator(1)
    sign_in(client, "guanliyuan")
    draft_id = begin_draft(client, "xuyi", None)
    publish(client, draft_id, "2099-01-01", sites=["1", str(second)])
    db.session.rollback()
    rows = db.session.query(SitePolicy).filter_by(policy_code="xuyi").all()
    assert sorted((row.site_id, row.valid_from) for row in rows) == [
        (1, date(2099, 1, 1)),
        (second, date(2099, 1, 1)),
    ]
    assert (
        shipped_policies()["xuyi"].policy.rules
        == parse_policy(db.session.query(PolicyVersion).filter_by(code="xuyi").one().document).rules
    )


def test_a_number_published_meanwhile_bars_the_draft(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = three_yuan(client)
    from canteen.subsidies.actions import publish_policy

    document = shipped_policies()["nanchang"].document.replace("version = 1", "version = 2")
    publish_policy(document=document, now=NOW, by=None)
    answer = publish(client, draft_id, "2099-01-01")
    assert answer.status_code == 409
    assert "应大于已发布的 2" in client.get(f"/policies/drafts/{draft_id}").text
    save(client, draft_id, version="3")
    assert publish(client, draft_id, "2099-01-01").status_code == 302


@pytest.mark.parametrize("role", [Role.CLERK, Role.COMMUNITY, Role.VOLUNTEER])
def test_only_managers_publish(client: FlaskClient, role: Role) -> None:
    site_id = manager_at_work(client)
    draft_id = three_yuan(client)
    make_staff("somebody", role, site_id=site_id)
    sign_in(client, "somebody")
    assert publish(client, draft_id, "2099-01-01").status_code == 403
    assert save(client, draft_id).status_code == 403
    assert client.get(f"/policies/drafts/{draft_id}").status_code == 403


def test_other_policies_of_the_canteen_stay_as_they_are(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    settle_by(site_id, "putuo")
    publish(client, three_yuan(client), "2099-01-01")
    db.session.rollback()
    held = policies_at(db.session(), site_id=site_id, service_date=date(2099, 1, 1))
    assert [(each.code, each.version) for each in held] == [("nanchang", 2), ("putuo", 1)]
