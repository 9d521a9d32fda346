"""Tags take two people: one proposes, another approves or declines; only then they count."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.delivery import register
from canteen.delivery.models import FreeMealProgramme
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents import queries, tag_actions, tag_queries
from canteen.residents.models import ResidentTag, TagState
from canteen.residents.tag_rules import may_decide, renewal_of, standing
from canteen.staff.rules import Role
from canteen.statistics.coverage import coverage
from tests.lunches import adopt, give, lunch, run_at_once, served
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)

DIBAO = {"tag": "dibao", "valid_from": "2026-01-01", "valid_until": "", "evidence": "低保证 1 号"}


def make_xiaolin(site_id: int) -> int:
    """小林, community worker."""
    return make_staff("xiaolin", Role.COMMUNITY, site_id=site_id, name="小林")


def propose(resident_id: int, by: int, tag: str = "dibao", **days: date) -> int:
    """A proposal; its id."""
    refusal = tag_actions.propose_tag(
        resident_id=resident_id, tag=tag, valid_from=days.get("since", date(2026, 1, 1)),
        valid_until=days.get("until"), evidence="低保证 1 号", now=NOW, by=by,
    )  # fmt: skip
    assert refusal is None, refusal
    return newest()


def newest() -> int:
    db.session.rollback()
    query = select(ResidentTag.id).order_by(ResidentTag.id.desc()).limit(1)
    return db.session.scalars(query).one()


def states() -> list[tuple[str, str]]:
    db.session.rollback()
    query = select(ResidentTag.tag, ResidentTag.state).order_by(ResidentTag.id)
    return [(tag, state) for tag, state in db.session.execute(query)]


@pytest.fixture
def office(client: FlaskClient) -> tuple[int, FlaskClient]:
    """金牛食堂 with 张姐 signed in; its id."""
    site_id = make_site()
    make_zhangjie(site_id)
    sign_in(client, "zhangjie")
    return site_id, client


# --- only what is approved counts ------------------------------------------------------


def test_the_counter_pays_for_a_tag_only_when_it_is_approved(app: Flask) -> None:
    site_id = make_site()
    adopt(site_id, "nanchang")
    clerk, xiaolin, zhangjie = make_xiaoli(site_id), make_xiaolin(site_id), make_zhangjie(site_id)
    young = make_resident("孙小妹", site_id=site_id, birthday=date(1964, 1, 1))
    give(young, site_id, 100_00)
    days = [TODAY - timedelta(days=back) for back in (5, 4, 3)]
    tag_id = propose(young, xiaolin)
    proposed = served(lunch(site_id, clerk, young), days[0]).subsidy_fen
    tag_actions.approve_tags(tag_ids=[tag_id], site_id=site_id, now=NOW, by=zhangjie)
    approved = served(lunch(site_id, clerk, young), days[1]).subsidy_fen
    assert (proposed, approved > 0) == (0, True)


def test_a_proposal_stands_on_no_list_and_in_no_coverage(app: Flask) -> None:
    site_id = make_site()
    wang, xiaolin = make_wang(site_id), make_xiaolin(site_id)
    tag_id = propose(wang, xiaolin)

    def counted() -> tuple[int, dict[int, list[str]], bool]:
        session = db.session()
        session.rollback()
        programme = FreeMealProgramme(site_id=site_id, tags="dibao")
        entitled = register.is_entitled(session, resident_id=wang, day=TODAY, programme=programme)
        return (
            coverage(session, site_id=site_id, days=[TODAY])[0].registered,
            queries.tags_of(session, [wang], TODAY),
            entitled,
        )

    assert counted() == (0, {}, False)
    tag_actions.approve_tags(tag_ids=[tag_id], site_id=site_id, now=NOW, by=make_zhangjie(site_id))
    assert counted() == (1, {wang: ["dibao"]}, True)


# --- two people ------------------------------------------------------------------------


def test_one_person_proposes_another_approves(office: tuple[int, FlaskClient]) -> None:
    site_id, client = office
    wang, xiaolin = make_wang(site_id), make_xiaolin(site_id)
    tag_id = propose(wang, xiaolin)
    assert "待审批" in client.get(f"/residents/{wang}").text
    page = client.get("/approvals").text
    for shown in ("王德福", "低保", "2026-01-01", "低保证 1 号", "小林"):
        assert shown in page, shown
    assert "1 项标签待审批" in client.get("/").text
    answer = client.post("/approvals", data={"tag": [str(tag_id)]}, follow_redirects=True)
    assert "已批准 1 项：王德福 低保" in answer.text
    db.session.rollback()
    tag = db.session.get_one(ResidentTag, tag_id)
    assert (tag.state, tag.decided_at is not None) == (TagState.APPROVED, True)
    log = db.session.scalars(select(AuditEntry.action)).all()
    assert {"proposed_tag", "approved_tag"} <= set(log)
    person = client.get(f"/residents/{wang}").text
    assert "小林 提" in person
    assert "张姐 批准" in person


def test_nobody_approves_or_declines_their_own(office: tuple[int, FlaskClient]) -> None:
    site_id, client = office
    wang = make_wang(site_id)
    client.post(f"/residents/{wang}/tags", data=DIBAO)
    (tag_id,) = db.session.scalars(select(ResidentTag.id))
    page = client.get("/approvals").text
    assert "需要另一位同事审批" in page
    assert f'name="tag" value="{tag_id}"' not in page
    answer = client.post("/approvals", data={"tag": str(tag_id)}, follow_redirects=True)
    assert "没有批准，因为是您自己提的" in answer.text
    answer = client.post(
        f"/approvals/{tag_id}/refusal", data={"reason": "改主意"}, follow_redirects=True
    )
    assert "这是您自己提的" in answer.text
    assert states() == [("dibao", "proposed")]


def test_the_database_itself_knows_no_one_who_is_both(app: Flask) -> None:
    from sqlalchemy.exc import IntegrityError

    site_id = make_site()
    wang, xiaolin = make_wang(site_id), make_xiaolin(site_id)
    tag_id = propose(wang, xiaolin)

    def approve_own() -> None:
        with transaction() as session:
            tag = session.get_one(ResidentTag, tag_id)
            tag.state, tag.decided_by, tag.decided_at = TagState.APPROVED, xiaolin, NOW

    with pytest.raises(IntegrityError):
        approve_own()


def test_where_only_one_works_the_page_says_who_is_missing(
    office: tuple[int, FlaskClient],
) -> None:
    site_id, client = office
    client.post(f"/residents/{make_wang(site_id)}/tags", data=DIBAO)
    assert "本食堂只有您一位可以审批" in client.get("/approvals").text
    make_xiaoli(site_id)
    assert "本食堂只有您一位可以审批" in client.get("/approvals").text  # a clerk cannot
    make_xiaolin(site_id)
    assert "本食堂只有您一位可以审批" not in client.get("/approvals").text


def test_many_at_once_are_approved_but_not_ones_own(office: tuple[int, FlaskClient]) -> None:
    site_id, client = office
    chen, wang, xiaolin = make_chen(site_id), make_wang(site_id), make_xiaolin(site_id)
    wanted = [propose(chen, xiaolin, "visited"), propose(wang, xiaolin)]
    client.post(f"/residents/{wang}/tags", data=DIBAO | {"tag": "disabled_1_2"})
    own = newest()
    data = {"tag": [*map(str, wanted), str(own), "999999", "x", "99999999999999999999"]}
    page = client.post("/approvals", data=data, follow_redirects=True).text
    assert "已批准 2 项：陈桂英 探访对象、王德福 低保" in page
    assert "需要另一位同事审批：王德福 残疾 1–2 级" in page
    assert "1 项已不在这里" in page
    assert states()[-3:] == [
        ("visited", "approved"),
        ("dibao", "approved"),
        ("disabled_1_2", "proposed"),
    ]


def test_a_declined_tag_keeps_its_reason_and_may_be_proposed_anew(
    office: tuple[int, FlaskClient],
) -> None:
    site_id, client = office
    wang, xiaolin = make_wang(site_id), make_xiaolin(site_id)
    tag_id = propose(wang, xiaolin)
    without = client.post(f"/approvals/{tag_id}/refusal", follow_redirects=True)
    assert "没有写不批准的原因" in without.text
    done = client.post(
        f"/approvals/{tag_id}/refusal", data={"reason": "证件已过期"}, follow_redirects=True
    )
    assert "没有批准：王德福 低保" in done.text
    assert "证件已过期" in client.get(f"/residents/{wang}").text
    again = client.post(
        f"/approvals/{tag_id}/refusal", data={"reason": "证件已过期"}, follow_redirects=True
    )
    assert "没有批准：王德福 低保" in again.text
    propose(wang, xiaolin)
    assert states() == [("dibao", "declined"), ("dibao", "proposed")]


@pytest.mark.parametrize("second", ["approve", "decline"])
def test_two_deciders_at_once_make_one_decision(app: Flask, second: str) -> None:
    site_id = make_site()
    wang, xiaolin, zhangjie = make_wang(site_id), make_xiaolin(site_id), make_zhangjie(site_id)
    other = make_staff("laowu", Role.COMMUNITY, site_id=site_id, name="老吴")
    tag_id = propose(wang, xiaolin)

    def approve(by: int) -> object:
        return tag_actions.approve_tags(tag_ids=[tag_id], site_id=site_id, now=NOW, by=by)

    def decline(by: int) -> object:
        return tag_actions.decline_tag(
            tag_id=tag_id, site_id=site_id, reason="不清楚", now=NOW, by=by
        )

    answers = run_at_once(
        app,
        [lambda: approve(zhangjie), lambda: (approve if second == "approve" else decline)(other)],
    )
    assert not [one for one in answers if isinstance(one, Exception)], answers
    db.session.rollback()
    tag = db.session.get_one(ResidentTag, tag_id)
    assert tag.state in (TagState.APPROVED, TagState.DECLINED)
    log = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.in_(("approved_tag", "declined_tag")))
    ).all()
    assert len(log) == 1
    for answer in answers:
        if isinstance(answer, tag_actions.Decided):
            assert len(answer.approved) + len(answer.before) == 1
        if isinstance(answer, Refusal):
            assert (answer.code, answer.facts["name"]) == ("tag_decided_by", "张姐")


def test_ones_own_proposal_is_taken_back_and_nobody_elses(
    office: tuple[int, FlaskClient],
) -> None:
    site_id, client = office
    wang, xiaolin = make_wang(site_id), make_xiaolin(site_id)
    others = propose(wang, xiaolin)
    answer = client.post(f"/residents/{wang}/tags/{others}/withdrawal", follow_redirects=True)
    assert "不是您提的" in answer.text
    client.post(f"/residents/{wang}/tags", data=DIBAO | {"tag": "visited"})
    own = newest()
    client.post(f"/residents/{wang}/tags/{own}/withdrawal")
    assert states() == [("dibao", "proposed")]


def test_one_person_makes_a_tag_shorter_and_never_longer(office: tuple[int, FlaskClient]) -> None:
    site_id, client = office
    wang = make_wang(site_id, tags=("dibao",))
    (tag_id,) = db.session.scalars(select(ResidentTag.id))
    address = f"/residents/{wang}/tags/{tag_id}/end"
    client.post(address, data={"last_day": "2026-06-30"})
    longer = client.post(address, data={"last_day": "2026-07-01"}, follow_redirects=True)
    assert "批准到 2026-06-30，一个人不能延长" in longer.text
    db.session.rollback()
    assert db.session.get_one(ResidentTag, tag_id).valid_until == date(2026, 6, 30)


# --- who may -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "answer"),
    [
        (Role.MANAGER, 200),
        (Role.COMMUNITY, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.CLERK, 403),
        (Role.KITCHEN, 403),
        (Role.VOLUNTEER, 403),
    ],
)
def test_only_the_office_decides(client: FlaskClient, role: Role, answer: int) -> None:
    site_id = make_site()
    make_staff("somebody", role, site_id=site_id)
    sign_in(client, "somebody")
    for address in ("/approvals", "/expiring-tags"):
        assert client.get(address).status_code == answer
    if answer == 403:
        assert client.post("/approvals", data={"tag": "1"}).status_code == 403
        assert client.post("/approvals/1/refusal").status_code == 403


def test_another_canteens_proposals_are_out_of_reach(office: tuple[int, FlaskClient]) -> None:
    _here, client = office
    there = make_site("yinniu", name="银牛食堂")
    wang = make_wang(there)
    tag_id = propose(wang, make_xiaolin(there))
    assert "王德福" not in client.get("/approvals").text
    client.post("/approvals", data={"tag": str(tag_id)})
    client.post(f"/approvals/{tag_id}/refusal", data={"reason": "不清楚"})
    assert client.post(f"/residents/{wang}/tags/{tag_id}/withdrawal").status_code == 403
    assert states() == [("dibao", "proposed")]


# --- papers that run out -----------------------------------------------------------------


def make_tags(site_id: int, ends: list[int]) -> list[int]:
    """One person and an approved 低保 for each end, in days from today."""
    people = [
        make_resident(f"老人{place}", site_id=site_id, birthday=date(1950, 1, 1), tags=("dibao",))
        for place, _days in enumerate(ends)
    ]
    with transaction() as session:
        for who, days in zip(people, ends, strict=True):
            tag = session.scalars(select(ResidentTag).where(ResidentTag.resident_id == who)).one()
            tag.valid_until = TODAY + timedelta(days=days)
    return people


def running_out(site_id: int) -> list[tuple[int, int, bool]]:
    db.session.rollback()
    page = tag_queries.running_out(db.session(), site_id=site_id, today=TODAY, number=1)
    return [(one.resident_id, one.days_left, one.renewal_waits) for one in page.rows]


def test_the_warning_begins_thirty_days_before_and_ends_thirty_after(app: Flask) -> None:
    site_id = make_site()
    people = make_tags(site_id, [31, 30, 0, -1, -30, -31])
    expected = [(people[4], -30), (people[3], -1), (people[2], 0), (people[1], 30)]
    assert [one[:2] for one in running_out(site_id)] == expected
    assert tag_queries.to_do(db.session(), site_id=site_id, today=TODAY).running_out == 4


def test_a_renewal_ends_the_warning_when_it_is_approved(app: Flask) -> None:
    site_id = make_site()
    (who,) = make_tags(site_id, [10])
    xiaolin, zhangjie = make_xiaolin(site_id), make_zhangjie(site_id)
    since = TODAY + timedelta(days=11)
    tag_id = propose(who, xiaolin, since=since, until=since + timedelta(days=364))
    assert running_out(site_id) == [(who, 10, True)]
    tag_actions.approve_tags(tag_ids=[tag_id], site_id=site_id, now=NOW, by=zhangjie)
    assert running_out(site_id) == []


def test_a_proposal_that_runs_out_warns_nobody(app: Flask) -> None:
    site_id = make_site()
    propose(make_wang(site_id), make_xiaolin(site_id), until=TODAY + timedelta(days=3))
    assert running_out(site_id) == []


def test_renewing_fills_the_form_from_the_day_after(office: tuple[int, FlaskClient]) -> None:
    site_id, client = office
    wang = make_wang(site_id, tags=("dibao",))
    (tag_id,) = db.session.scalars(select(ResidentTag.id))
    client.post(f"/residents/{wang}/tags/{tag_id}/end", data={"last_day": "2026-12-31"})
    page = client.get(f"/residents/{wang}?renew={tag_id}").text
    assert 'value="2027-01-01"' in page
    assert 'value="2027-12-31"' in page
    assert '<option selected value="dibao">' in page
    assert client.get(f"/residents/{wang}?renew=999999").status_code == 200
    assert client.get(f"/residents/{wang}?renew=x").status_code == 200


def test_the_lists_ask_as_often_for_sixty_as_for_one(office: tuple[int, FlaskClient]) -> None:
    from sqlalchemy import event

    site_id, client = office
    xiaolin = make_xiaolin(site_id)

    def count(address: str) -> int:
        seen: list[str] = []

        def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        assert client.get(address).status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
        return len([one for one in seen if one.startswith("SELECT")])

    propose(make_tags(site_id, [3])[0], xiaolin, "visited")
    few = [count(address) for address in ("/approvals", "/expiring-tags")]
    for who in make_tags(site_id, [5] * 60):
        propose(who, xiaolin, "visited")
    assert [count(address) for address in ("/approvals", "/expiring-tags")] == few
    assert "下一页" in client.get("/approvals").text


# --- rules ----------------------------------------------------------------------------------


def test_who_may_decide() -> None:
    assert may_decide(state="proposed", recorded_by=1, by=2) is None
    assert may_decide(state="proposed", recorded_by=None, by=2) is None
    assert may_decide(state="proposed", recorded_by=2, by=2) == Refusal("tag_own")
    assert may_decide(state="approved", recorded_by=1, by=2) == Refusal("tag_decided")


def test_what_was_decided_stands_before_the_days() -> None:
    day = date(2026, 11, 23)
    assert standing("proposed", day, None, day) == "proposed"
    assert standing("declined", day, None, day) == "declined"
    assert standing("approved", day, day, day) == "expiring"


@pytest.mark.parametrize(
    ("last", "since", "until"),
    [
        (date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31)),
        (date(2028, 2, 28), date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_renewal_is_a_year_from_the_day_after(last: date, since: date, until: date) -> None:
    new = renewal_of("dibao", last)
    assert (new.valid_from, new.valid_until) == (since, until)
