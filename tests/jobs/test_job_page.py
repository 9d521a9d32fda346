"""The page of long work: who sees it, what it says, where it leads."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.blueprints.jobs.wording import rows
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import Job, run_waiting, start
from canteen.staff.rules import Role
from tests.jobs.kinds import runs
from tests.people import (
    make_administrator,
    make_site,
    make_staff,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)


@pytest.fixture
def site_id(app: Flask) -> int:
    return make_site()


@pytest.fixture
def zhangjie(client: FlaskClient, site_id: int) -> int:
    """张姐, signed in."""
    staff_id = make_zhangjie(site_id)
    sign_in(client, "zhangjie")
    return staff_id


def ask(kind: str, *, site_id: int | None, by: int | None, **arguments: Any) -> int:
    """Ask for a job now, by this machine's clock, which the page reads."""
    return start(kind, arguments=arguments, site_id=site_id, by=by, now=datetime.now(UTC))


def put(job_id: int, **values: Any) -> None:
    """Set what is remembered of a job."""
    with transaction() as session:
        row = session.get_one(Job, job_id)
        for name, value in values.items():
            setattr(row, name, value)


def read(job_id: int) -> Job:
    """The job as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def test_a_running_job_shows_bar_and_words(
    client: FlaskClient, site_id: int, zhangjie: int
) -> None:
    job_id = ask("count_bowls", bowls=1, site_id=site_id, by=zhangjie)
    put(job_id, state="running", done=3000, total=250_000)
    page = client.get(f"/jobs/{job_id}").text
    assert "第 3,000 行，共 25 万行" in page
    assert '<progress max="100" value="1"' in page
    assert "数碗" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert f'action="/jobs/{job_id}/cancellation"' in page
    assert client.get(f"/jobs/{job_id}.json").json == {
        "standing": "running",
        "percent": 1,
        "text": "第 3,000 行，共 25 万行",
        "under_way": True,
        "forward": None,
    }


def test_the_page_speaks_english_too(client: FlaskClient, site_id: int, zhangjie: int) -> None:
    job_id = ask("count_bowls", bowls=1, site_id=site_id, by=zhangjie)
    put(job_id, state="running", done=3000, total=250_000)
    client.post("/language", data={"language": "en"})
    page = client.get(f"/jobs/{job_id}").text
    assert "Row 3,000 of 250,000" in page
    assert "Stop" in page


def test_a_done_job_leads_on(client: FlaskClient, app: Flask, site_id: int, zhangjie: int) -> None:
    job_id = ask("count_bowls", bowls=2, site_id=site_id, by=zhangjie)
    run_waiting(app)
    page = client.get(f"/jobs/{job_id}").text
    assert 'content="1; url=/staff?by=bowls"' in page
    assert 'class="button primary" href="/staff?by=bowls"' in page
    assert "停止" not in page
    state = client.get(f"/jobs/{job_id}.json").json
    assert state["forward"] == "/staff?by=bowls"
    assert state["under_way"] is False


def test_a_page_that_is_no_more_is_not_led_to(
    client: FlaskClient, app: Flask, site_id: int, zhangjie: int
) -> None:
    job_id = ask("count_bowls", bowls=2, site_id=site_id, by=zhangjie)
    run_waiting(app)
    for gone in ({"endpoint": "claims.of_old"}, {"endpoint": "jobs.job", "values": {}}):
        put(job_id, result=json.dumps(gone))
        answer = client.get(f"/jobs/{job_id}")
        assert answer.status_code == 200
        assert "http-equiv" not in answer.text
        assert "回到首页" in answer.text


def test_a_refusal_is_said_with_its_next_step(
    client: FlaskClient, app: Flask, site_id: int, zhangjie: int
) -> None:
    job_id = ask("refuse_bowls", site_id=site_id, by=zhangjie)
    run_waiting(app)
    page = client.get(f"/jobs/{job_id}").text
    assert "用户名 xiaoli 已有人用" in page
    assert "换一个用户名" in page
    assert "/repetition" not in page


def test_a_failed_job_is_said_and_begun_again(
    client: FlaskClient, app: Flask, site_id: int, zhangjie: int
) -> None:
    job_id = ask("drop_bowls", site_id=site_id, by=zhangjie)
    run_waiting(app)
    page = client.get(f"/jobs/{job_id}").text
    assert "没有做完：系统出错了" in page
    assert f"任务号 {job_id}" in page
    assert "LookupError" not in page
    again = client.post(f"/jobs/{job_id}/repetition")
    assert again.headers["Location"] == f"/jobs/{job_id + 1}"
    assert read(job_id + 1).kind == "drop_bowls"
    assert client.post(f"/jobs/{job_id}/repetition").headers["Location"] == f"/jobs/{job_id + 1}"


def test_a_lost_worker_is_said_before_the_next_one_comes(
    client: FlaskClient, site_id: int, zhangjie: int
) -> None:
    job_id = ask("count_bowls", bowls=1, site_id=site_id, by=zhangjie)
    put(job_id, state="running", seen_at=datetime.now(UTC) - timedelta(seconds=90))
    page = client.get(f"/jobs/{job_id}").text
    assert "没有做完：后台程序中途停了" in page
    assert "重新开始" in page
    assert read(job_id).state == "running"  # a page changes nothing
    client.post(f"/jobs/{job_id}/repetition")
    assert (read(job_id).state, read(job_id).problem) == ("failed", "worker_lost")
    assert read(job_id + 1).state == "waiting"


def test_a_job_that_nobody_takes_says_so(client: FlaskClient, site_id: int, zhangjie: int) -> None:
    job_id = ask("count_bowls", bowls=1, site_id=site_id, by=zhangjie)
    assert "马上开始" in client.get(f"/jobs/{job_id}").text
    put(job_id, asked_at=datetime.now(UTC) - timedelta(minutes=1))
    assert "后台程序没有运行" in client.get(f"/jobs/{job_id}").text


def test_a_job_in_the_queue_says_how_many_are_before_it(
    client: FlaskClient, site_id: int, zhangjie: int
) -> None:
    first = ask("count_bowls", bowls=1, site_id=site_id, by=zhangjie)
    ask("count_bowls", bowls=2, site_id=site_id, by=zhangjie)
    third = ask("count_bowls", bowls=3, site_id=site_id, by=zhangjie)
    put(first, state="running")
    assert "前面还有 2 项" in client.get(f"/jobs/{third}").text


def test_stopping_is_a_post_and_a_repeat_is_harmless(
    client: FlaskClient, app: Flask, site_id: int, zhangjie: int
) -> None:
    waiting = ask("count_bowls", bowls=1, site_id=site_id, by=zhangjie)
    running = ask("count_bowls", bowls=2, site_id=site_id, by=zhangjie)
    put(running, state="running")
    for job_id in (waiting, running, waiting, running):
        assert client.post(f"/jobs/{job_id}/cancellation").status_code == 302
    assert "已停止" in client.get(f"/jobs/{waiting}").text
    stopping = client.get(f"/jobs/{running}").text
    assert "正在停止" in stopping
    assert "/cancellation" not in stopping
    runs.clear()
    run_waiting(app)
    assert runs == []


def test_a_job_that_goes_on_is_not_begun_twice(
    client: FlaskClient, site_id: int, zhangjie: int
) -> None:
    job_id = ask("count_bowls", bowls=1, site_id=site_id, by=zhangjie)
    answer = client.post(f"/jobs/{job_id}/repetition")
    assert answer.headers["Location"] == f"/jobs/{job_id}"
    assert db.session.query(Job).count() == 1


@pytest.mark.parametrize(
    ("username", "seen"),
    [("asker", 200), ("zhangjie", 200), ("guanliyuan", 200), ("xiaoli", 404), ("elsewhere", 404)],
)
def test_who_asked_and_who_answers_for_the_site_see_it(
    client: FlaskClient, site_id: int, username: str, seen: int
) -> None:
    asker = make_staff("asker", Role.COMMUNITY, site_id=site_id)
    make_xiaoli(site_id)
    make_zhangjie(site_id)
    make_administrator(site_id)
    make_staff("elsewhere", Role.MANAGER, site_id=make_site("donghu", name="东湖食堂"))
    job_id = ask("count_bowls", bowls=1, site_id=site_id, by=asker)
    sign_in(client, username)
    assert client.get(f"/jobs/{job_id}").status_code == seen
    assert client.get(f"/jobs/{job_id}.json").status_code == seen
    assert client.post(f"/jobs/{job_id}/repetition").status_code == (302 if seen == 200 else 404)
    assert client.post(f"/jobs/{job_id}/cancellation").status_code == (302 if seen == 200 else 404)
    assert read(job_id).state == ("cancelled" if seen == 200 else "waiting")


def test_a_job_of_no_site_is_the_askers_and_the_administrators(
    client: FlaskClient, site_id: int, zhangjie: int
) -> None:
    make_administrator(site_id)
    job_id = ask("count_bowls", bowls=1, site_id=None, by=None)
    assert client.get(f"/jobs/{job_id}").status_code == 404
    own = ask("count_bowls", bowls=1, site_id=None, by=zhangjie)
    assert client.get(f"/jobs/{own}").status_code == 200
    client.post("/sign-out")
    assert (
        client.get(f"/jobs/{job_id}.json", headers={"Accept": "application/json"}).status_code
        == 401
    )
    sign_in(client, "guanliyuan")
    assert client.get(f"/jobs/{job_id}").status_code == 200


def test_counts_are_said_as_people_say_them(app: Flask) -> None:
    with app.test_request_context():
        assert [rows(n) for n in (0, 3000, 10_000, 250_000, 251_234, 12_340_000)] == [
            "0 行", "3,000 行", "1 万行", "25 万行", "251,234 行", "1,234 万行",
        ]  # fmt: skip
