"""A long list of the dead and the moved is long work: shown, stopped, carried out whole or not."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.blueprints import intake
from canteen.blueprints.residents import rechecking
from canteen.cards import departure
from canteen.cards.models import Card
from canteen.foundation import jobs
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db
from canteen.foundation.jobs import Job, JobState, run_waiting
from canteen.foundation.jobs.progress import Progress
from canteen.foundation.wording import Refusal
from canteen.residents import recheck_preview
from canteen.residents.imports import WrongRow
from canteen.residents.rules import Problem
from canteen.staff.rules import Role
from tests.lunches import lunch, served
from tests.people import NOW, make_resident, make_site, make_staff, sign_in
from tests.residents.test_import import csv_file
from tests.residents.test_import_jobs import confirmed, stands
from tests.residents.test_reading_jobs import forward, kept
from tests.residents.test_rechecks import (
    CHEN,
    CHEN_ID,
    CLERK,
    SITE,
    counted,
    ended,
    manager,
    preview,
    row,
    upload,
)

__all__ = ["manager"]

STRANGERS = [row(姓名=f"郑无{sign}", 电话="9999") for sign in "甲乙丙"]
LONG = csv_file(row(身份证号=CHEN_ID), row(姓名="王德福", 电话="0202", 情况="迁出"), *STRANGERS)
NOBODY_YET = {"陈桂英": ("active", None), "王德福": ("active", None)}
BOTH = {"陈桂英": ("deceased", date(2026, 11, 10)), "王德福": ("moved", date(2026, 11, 10))}


@pytest.fixture
def office(manager: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """张姐, for whom four rows are many and every step is told."""
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("canteen.foundation.jobs.progress.SECONDS_BETWEEN", 0)
    return manager


def sent(client: FlaskClient, data: bytes) -> int:
    """The job that reads a list just sent."""
    where = str(upload(client, data).headers["Location"])
    assert where.startswith("/jobs/"), where
    return int(where.removeprefix("/jobs/"))


def previewed(client: FlaskClient, data: bytes = LONG) -> str:
    """The address of a long list's preview, once the worker has read it."""
    job_id = sent(client, data)
    run_waiting(client.application)
    return forward(client, job_id)


def stopping_at(monkeypatch: pytest.MonkeyPatch, job_id: int, stage: str) -> None:
    """Somebody stops a job at the third row of a stage."""
    say = Progress.say

    def heard(self: Progress, done: int, total: int, note: Any = None) -> None:
        if note and (self.job_id, note["stage"], note["row"]) == (job_id, stage, 3):
            jobs.cancel(job_id, now=NOW)
        say(self, done, total, note)

    monkeypatch.setattr(Progress, "say", heard)


# --- shown -----------------------------------------------------------------------------------


def test_the_page_that_takes_a_long_list_does_not_read_it(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_arguments: Any, **_values: Any) -> Any:
        raise AssertionError("it was read while the page waited")

    monkeypatch.setattr(intake, "MOST_BYTES_AT_ONCE", 100)
    monkeypatch.setattr(intake, "read_table", read)
    assert "读取核对名单" in office.get(f"/jobs/{sent(office, LONG)}").text


@pytest.mark.parametrize("wrong", [[], [row(姓名="王德福", 电话="0202", 日期="2999-01-01")]])
def test_the_preview_of_a_long_list_is_that_of_a_short_one(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch, wrong: list[dict[str, str]]
) -> None:
    served(lunch(SITE, CLERK, CHEN), date(2026, 11, 12))
    data = csv_file(row(身份证号=CHEN_ID), *STRANGERS, *wrong)
    large = previewed(office, data)
    page = office.get(large).text
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 100)
    small, small_page = preview(office, data)
    assert run_waiting(app) == []

    def plain(text: str, address: str) -> list[str]:
        lines = text.replace(address, "").splitlines()
        return [line for line in lines if "csrf" not in line and "nonce" not in line]

    assert plain(page, large) == plain(small_page, small)
    assert "郑无丙" in page
    assert ("共 ¥4.00" in page, "有 1 行要改" in page) == (True, bool(wrong))


def test_it_says_how_far_it_is(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    say = Progress.say

    def heard(self: Progress, done: int, total: int, note: Any = None) -> None:
        say(self, done, total, note)
        said.append(office.get(f"/jobs/{self.job_id}.json").json["text"])  # type: ignore[index]

    monkeypatch.setattr(Progress, "say", heard)
    assert previewed(office).startswith("/residents/re-checks/")
    assert "正在读表格，第 3 行" in said
    assert "正在核对，第 3 行，共 6 行" in said


def test_a_long_list_is_carried_out_by_the_worker_and_ends_in_words(
    app: Flask, office: FlaskClient
) -> None:
    address = previewed(office)
    job_id = confirmed(office, address)
    assert confirmed(office, address) == job_id
    assert ended() == NOBODY_YET
    assert office.get(f"/residents/re-checks/done/{job_id}").status_code == 404
    assert len(run_waiting(app)) == 1
    assert ended() == BOTH
    assert set(db.session.scalars(select(Card.state))) == {"closed"}
    page = office.get(forward(office, job_id)).text
    assert "<dt>新登记</dt><dd>2</dd>" in page
    assert "<dt>不在册</dt><dd>3</dd>" in page
    assert kept(app) == []
    before = counted(AuditEntry)
    confirmed(office, previewed(office))
    run_waiting(app)
    assert counted(AuditEntry) == before


def test_a_wrong_row_leads_back_to_the_preview_and_nothing_is_done(
    app: Flask, office: FlaskClient
) -> None:
    data = csv_file(row(身份证号=CHEN_ID), *STRANGERS, row(姓名="王德福", 电话="0202", 日期="x"))
    address = previewed(office, data)
    job_id = confirmed(office, address)
    run_waiting(app)
    assert forward(office, job_id) == address
    assert "什么都没有改" in office.get(f"/jobs/{job_id}").text
    assert ended() == NOBODY_YET


def test_a_file_that_is_no_list_is_said_and_not_kept(app: Flask, office: FlaskClient) -> None:
    job_id = sent(office, "天气,温度\n晴,20\n晴,21\n晴,22\n晴,23".encode())
    run_waiting(app)
    page = office.get(f"/jobs/{job_id}").text
    assert "姓名" in page
    assert 'href="/residents/re-checks"' in page
    assert kept(app) == []


# --- stopped, killed -----------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["reading", "checking"])
def test_stopped_while_it_is_read_nothing_of_the_list_is_left(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    job_id = sent(office, LONG)
    stopping_at(monkeypatch, job_id, stage)
    run_waiting(app)
    assert stands(job_id).state == JobState.CANCELLED
    assert kept(app) == []
    assert 'href="/residents/re-checks">重新开始' in office.get(f"/jobs/{job_id}").text


def test_stopped_while_people_are_looked_up_no_preview_is_kept(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = sent(office, LONG)
    look = rechecking.plan_recheck

    def stopped(*arguments: Any, **values: Any) -> Any:
        jobs.cancel(job_id, now=NOW)
        return look(*arguments, **values)

    monkeypatch.setattr(rechecking, "plan_recheck", stopped)
    run_waiting(app)
    assert stands(job_id).state == JobState.CANCELLED
    assert kept(app) == []


def test_stopped_before_it_is_carried_out_nobody_is_ended_and_it_may_begin_again(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = confirmed(office, previewed(office))
    with monkeypatch.context() as patch:
        stopping_at(patch, job_id, "checking")
        run_waiting(app)
    assert stands(job_id).state == JobState.CANCELLED
    assert ended() == NOBODY_YET
    office.post(f"/jobs/{job_id}/repetition")
    run_waiting(app)
    assert ended() == BOTH


@pytest.mark.parametrize("place", ["apply_recheck", "close_cards"])
def test_killed_in_the_middle_nothing_is_half_done(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    job_id = confirmed(office, previewed(office))
    real: Callable[..., Any] = getattr(departure, place)

    def killed(*arguments: Any, **values: Any) -> Any:
        real(*arguments, **values)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(departure, place, killed)
        with pytest.raises(KeyboardInterrupt):
            run_waiting(app)
    assert ended() == NOBODY_YET
    assert set(db.session.scalars(select(Card.state))) == {"active"}
    office.post(f"/jobs/{job_id}/repetition")
    run_waiting(app)
    assert ended() == BOTH


# --- whose it is -------------------------------------------------------------------------------


def test_people_of_another_canteen_are_reached_only_with_rights_there(
    app: Flask, office: FlaskClient
) -> None:
    there = make_site("yinniu", name="银牛食堂")
    make_resident(
        "周大海", site_id=there, birthday=date(1950, 1, 1), phone="13900000777", phone_tail="0777"
    )
    data = csv_file(row(姓名="周大海", 电话="0777"), *STRANGERS)
    confirmed(office, previewed(office, data))
    run_waiting(app)
    assert ended()["周大海"] == ("active", None)
    make_staff("guanli", Role.ADMINISTRATOR, site_id=SITE)
    other = app.test_client()
    sign_in(other, "guanli")
    address = previewed(other, data)
    assert "已不在了" in office.get(address).text
    confirmed(other, address)
    run_waiting(app)
    assert ended()["周大海"][0] == "deceased"


def test_a_kept_list_is_sealed_and_names_nobody_in_the_job(app: Flask, office: FlaskClient) -> None:
    address = previewed(office)
    for job in db.session.scalars(select(Job)):
        assert "陈" not in job.arguments + job.result
        assert CHEN_ID not in job.arguments + job.result
    token = address.rpartition("/")[2]
    assert "已不在了" in office.get(f"/residents/imports/{token}").text


# --- kept as JSON ------------------------------------------------------------------------------


def test_a_preview_comes_back_from_its_json_as_it_was() -> None:
    known = recheck_preview.ShownEnding(
        number=2, resident_id=7, name="陈桂英", status="deceased", ended_on=date(2026, 11, 10),
        was="moved", was_on=date(2026, 11, 12),
    )  # fmt: skip
    new = recheck_preview.ShownEnding(
        number=3, resident_id=8, name="王德福", status="moved", ended_on=date(2026, 11, 9),
        was="active", was_on=None,
    )  # fmt: skip
    wrong = WrongRow(5, "李", [Problem("date", "x", Refusal("date_form", {"value": "x"}))])
    shown = recheck_preview.Preview(
        filename="名单.csv", ending=1, keeping=1, strange=1, wrong=1, endings=[new], kept=[known],
        unknown=[recheck_preview.Stranger(number=4, name="郑无名")], wrong_rows=[wrong],
        unknown_headings=["备注"],
    )  # fmt: skip
    assert recheck_preview.read(json.loads(json.dumps(recheck_preview.written(shown)))) == shown
