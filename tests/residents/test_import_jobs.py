"""A large register as long work: it shows progress, stops without a trace, and ends in words."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from canteen.blueprints import intake
from canteen.blueprints.residents import importing
from canteen.cards import enrolment
from canteen.foundation import jobs
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db
from canteen.foundation.jobs import Job, JobState, run_waiting
from canteen.foundation.spreadsheets import read_table
from canteen.foundation.storage import keys
from canteen.ledger.models import Account
from canteen.residents.import_plan import Plan
from canteen.residents.imports import FileRead, read_file
from canteen.residents.models import GridNode, Household, Resident, ResidentTag, SearchKey
from canteen.staff.rules import Role
from tests.people import NOW, TODAY, make_site, make_staff, make_zhangjie, sign_in

HEAD = "姓名,出生日期,社区,小区,楼栋,单元,房号,标签,标签证明,标签起"
PLACE = "金牛社区,金牛小区,2栋,1单元"
LARGE = intake.MOST_AT_ONCE
TABLES = (GridNode, Household, Resident, ResidentTag, SearchKey, AuditEntry)


def register(people: int, *, surname: str = "王", tags: int = 0) -> bytes:
    """A file of `people` without ID numbers, each behind a door of their own."""
    lines = [HEAD]
    for number in range(people):
        tag = "低保,低保证 2026-031,2026-01-01" if number < tags else ",,"
        lines.append(f"{surname}秀英,1944-03-05,{PLACE},{number + 1},{tag}")
    return "\n".join(lines).encode()


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    return client


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four rows are many, and every step is told."""
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("canteen.foundation.jobs.progress.SECONDS_BETWEEN", 0)


def uploaded(client: FlaskClient, data: bytes) -> str:
    """The address of the preview, of a large file when the worker has read it."""
    answer = client.post("/residents/imports", data={"file": (io.BytesIO(data), "名单.csv")})
    assert answer.status_code == 302, answer.text
    where = str(answer.headers["Location"])
    if where.startswith("/jobs/"):
        run_waiting(client.application)
        where = client.get(f"{where}.json").json["forward"]  # type: ignore[index]
    return where


def confirmed(client: FlaskClient, address: str) -> int:
    """The job that the confirmation began."""
    answer = client.post(address)
    assert answer.status_code == 302, answer.text
    where = answer.headers["Location"]
    assert where.startswith("/jobs/"), where
    return int(where.removeprefix("/jobs/"))


def stands(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def counts() -> list[int]:
    db.session.rollback()
    sizes = [db.session.scalar(select(func.count()).select_from(one)) or 0 for one in TABLES]
    wallets = select(func.count(Account.id)).where(Account.kind == "wallet")
    return [*sizes, db.session.scalar(wallets) or 0]


def people() -> int:
    return counts()[TABLES.index(Resident)]


# --- from the page to the end ------------------------------------------------------------


def test_a_large_register_is_written_by_the_worker_and_ends_in_words(
    app: Flask, manager: FlaskClient
) -> None:
    address = uploaded(manager, register(LARGE + 1, tags=2))
    job_id = confirmed(manager, address)
    assert people() == 0
    assert "导入居民" in manager.get(f"/jobs/{job_id}").text
    assert manager.get(f"/residents/imports/done/{job_id}").status_code == 404
    run_waiting(app)
    assert people() == counts()[-1] == LARGE + 1
    forward = manager.get(f"/jobs/{job_id}.json").json["forward"]  # type: ignore[index]
    page = manager.get(forward).text
    assert f"<dd>{LARGE + 1}</dd>" in page
    assert "文件里有 2 个标签" in page
    assert "已不在了" in manager.post(address).text


def test_a_file_at_the_limit_is_written_at_once(app: Flask, manager: FlaskClient) -> None:
    address = uploaded(manager, register(LARGE - 1))  # and its headings
    assert manager.post(address).headers["Location"] == "/residents"
    assert people() == LARGE - 1
    assert run_waiting(app) == []


@pytest.mark.usefixtures("few")
def test_confirmed_twice_it_is_one_job_and_one_import(app: Flask, manager: FlaskClient) -> None:
    address = uploaded(manager, register(4))
    assert confirmed(manager, address) == confirmed(manager, address)
    assert len(run_waiting(app)) == 1
    assert people() == 4


@pytest.mark.usefixtures("few")
def test_the_same_large_file_twice_changes_nothing(app: Flask, manager: FlaskClient) -> None:
    confirmed(manager, uploaded(manager, register(4, tags=1)))
    run_waiting(app)
    before = counts()
    job_id = confirmed(manager, uploaded(manager, register(4, tags=1)))
    run_waiting(app)
    assert counts() == before
    assert "<dd>4</dd>" in manager.get(f"/residents/imports/done/{job_id}").text


@pytest.mark.usefixtures("few")
def test_the_end_is_shown_to_the_office_of_that_canteen_only(
    app: Flask, manager: FlaskClient
) -> None:
    job_id = confirmed(manager, uploaded(manager, register(4)))
    run_waiting(app)
    make_staff_elsewhere()
    other = app.test_client()
    sign_in(other, "waimian")
    assert other.get(f"/residents/imports/done/{job_id}").status_code == 404
    assert manager.get("/residents/imports/done/999").status_code == 404


def make_staff_elsewhere() -> None:
    make_staff("waimian", Role.MANAGER, site_id=make_site("qingshan"), name="别处的店长")


# --- stopped, killed, refused --------------------------------------------------------------


@pytest.mark.usefixtures("few")
def test_cancelled_while_it_is_made_ready_nothing_is_written_and_it_may_begin_again(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = confirmed(manager, uploaded(manager, register(6)))
    before = counts()

    def cancel_at_the_third(*args: Any, **values: Any) -> Any:
        say = values["say"]

        def told(done: int, total: int) -> None:
            if done == 3:
                jobs.cancel(job_id, now=NOW)
            say(done, total)

        return make_ready(*args, say=told)

    make_ready = enrolment.make_ready
    monkeypatch.setattr(enrolment, "make_ready", cancel_at_the_third)
    run_waiting(app)
    job = stands(job_id)
    assert (job.state, job.done, job.total) == (JobState.CANCELLED, 3, 6)
    assert counts() == before
    monkeypatch.setattr(enrolment, "make_ready", make_ready)
    again = manager.post(f"/jobs/{job_id}/repetition").headers["Location"]
    run_waiting(app)
    assert people() == 6
    assert "查看结果" in manager.get(again).text


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("place", ["apply_plan", "open_wallets"])
def test_killed_in_the_middle_of_writing_nothing_is_half_there(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    job_id = confirmed(manager, uploaded(manager, register(6, tags=2)))
    before = counts()
    real: Callable[..., Any] = getattr(enrolment, place)

    def killed(*args: Any, **values: Any) -> Any:
        real(*args, **values)
        raise KeyboardInterrupt

    monkeypatch.setattr(enrolment, place, killed)
    with pytest.raises(KeyboardInterrupt):
        run_waiting(app)
    assert counts() == before
    assert stands(job_id).state == JobState.FAILED
    monkeypatch.setattr(enrolment, place, real)
    manager.post(f"/jobs/{job_id}/repetition")
    run_waiting(app)
    assert people() == counts()[-1] == 6


DYING = """
import os
from canteen import create_app
from canteen.cards import enrolment
from canteen.foundation.jobs import run_waiting

def wallets(*_arguments, **_values):
    os._exit(9)

enrolment.open_wallets = wallets
run_waiting(create_app())
"""
"""A worker that is gone, as if by SIGKILL, when the people are written and their wallets not."""


@pytest.mark.usefixtures("few")
def test_a_worker_gone_in_the_middle_of_writing_leaves_nothing(
    app: Flask, manager: FlaskClient
) -> None:
    job_id = confirmed(manager, uploaded(manager, register(6, tags=2)))
    before = counts()
    settings = {
        "CANTEEN_DATA": str(app.config["DATA"]),
        "CANTEEN_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
    }
    gone = subprocess.run(
        [sys.executable, "-c", DYING], env={**os.environ, **settings}, timeout=240, check=False
    )
    assert gone.returncode == 9
    job = stands(job_id)
    assert (job.state, counts()) == (JobState.RUNNING, before)
    jobs.repeat(job, by=job.asked_by, now=job.seen_at + timedelta(minutes=2))
    run_waiting(app)
    assert people() == counts()[-1] == 6


@pytest.mark.usefixtures("few")
def test_killed_after_it_was_written_it_finds_nothing_to_write(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = confirmed(manager, uploaded(manager, register(6, tags=2)))
    drop = importing.intake.drop

    def killed(_token: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing.intake, "drop", killed)
    with pytest.raises(KeyboardInterrupt):
        run_waiting(app)
    written = counts()
    assert people() == 6
    monkeypatch.setattr(importing.intake, "drop", drop)
    again = manager.post(f"/jobs/{job_id}/repetition").headers["Location"]
    run_waiting(app)
    assert counts() == written
    assert stands(int(again.removeprefix("/jobs/"))).state == JobState.DONE


@pytest.mark.usefixtures("few")
def test_a_file_that_is_gone_leads_back_to_the_choice_of_one(
    app: Flask, manager: FlaskClient
) -> None:
    address = uploaded(manager, register(4))
    job_id = confirmed(manager, address)
    manager.post(f"{address}/removal")
    run_waiting(app)
    page = manager.get(f"/jobs/{job_id}").text
    assert "已不在了" in page
    assert 'href="/residents/imports"' in page


@pytest.mark.usefixtures("few")
def test_a_file_with_wrong_rows_leads_back_to_its_preview(app: Flask, manager: FlaskClient) -> None:
    address = uploaded(manager, register(4) + "\n王大,2999-01-01,,,,,,,,".encode())
    job_id = confirmed(manager, address)
    run_waiting(app)
    page = manager.get(f"/jobs/{job_id}").text
    assert "什么都没有导入" in page
    assert f'href="{address}"' in page
    assert people() == 0


# --- meanwhile -----------------------------------------------------------------------------


def understood(data: bytes) -> FileRead:
    read = read_file(read_table(data, "名单.csv"), today=TODAY)  # type: ignore[arg-type]
    assert isinstance(read, FileRead)
    return read


def taken_up(read: FileRead, **values: Any) -> Plan:
    done = enrolment.import_residents(read, site_id=1, keys=keys(), now=NOW, by=1, **values)
    assert isinstance(done, Plan), done
    return done


@pytest.mark.usefixtures("manager")
def test_who_was_imported_while_it_was_made_ready_is_not_there_twice() -> None:
    read = understood(register(3))
    came = understood(register(1))

    def meanwhile(done: int, _total: int) -> None:
        if done == 2:
            taken_up(came)

    done = taken_up(read, say=meanwhile)
    assert (len(done.new), done.unchanged) == (2, 1)
    assert people() == 3


@pytest.mark.usefixtures("manager")
def test_two_imports_of_one_file_at_once_register_nobody_twice(app: Flask) -> None:
    read = understood(register(20))
    ready = threading.Barrier(2)
    new: list[int] = []

    def run() -> None:
        def together(done: int, _total: int) -> None:
            if done == 19:
                ready.wait(60)

        with app.app_context():
            new.append(len(taken_up(read, say=together).new))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [0, 20]
    assert people() == counts()[-1] == 20
