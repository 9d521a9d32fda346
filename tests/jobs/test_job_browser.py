"""The page of long work in a real browser: it moves by itself, and leads on."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import Job, start
from canteen.foundation.jobs.running import run_job
from tests.browser import LiveServer, sign_in_page
from tests.people import make_site, make_zhangjie

pytestmark = [pytest.mark.browser, pytest.mark.looks]


def ask(kind: str, **arguments: Any) -> int:
    """张姐 asks for a job; she is signed in where the page is."""
    site_id = make_site()
    by = make_zhangjie(site_id)
    return start(kind, arguments=arguments, site_id=site_id, by=by, now=datetime.now(UTC))


def put(job_id: int, **values: Any) -> None:
    """Set what is remembered of a job."""
    with transaction() as session:
        row = session.get_one(Job, job_id)
        row.seen_at = datetime.now(UTC)
        for name, value in values.items():
            setattr(row, name, value)


def test_the_bar_moves_and_leads_on(app: Flask, live_server: LiveServer, browser_page: Any) -> None:
    job_id = ask("count_bowls", bowls=1)
    put(job_id, state="running", done=25_000, total=250_000)
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.goto(f"{live_server.url}/jobs/{job_id}")
    put(job_id, done=200_000)
    browser_page.wait_for_selector("text=第 20 万行，共 25 万行")
    assert browser_page.eval_on_selector("progress", "bar => bar.value") == 80
    put(job_id, state="done", result=json.dumps({"endpoint": "staff.everybody"}))
    browser_page.wait_for_url("**/staff")
    browser_page.go_back()
    assert "/jobs/" not in browser_page.url  # back leads to where the person came from


def test_a_job_is_stopped_with_one_tap(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    job_id = ask("wash_bowls", seconds=30)
    worker = threading.Thread(target=run_job, args=(app, job_id))
    worker.start()
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.goto(f"{live_server.url}/jobs/{job_id}")
    browser_page.wait_for_selector("text=第 3,000 行，共 25 万行")
    browser_page.get_by_role("button", name="停止").click()
    browser_page.wait_for_selector("text=已停止")
    worker.join(timeout=10)
    db.session.rollback()
    assert db.session.get_one(Job, job_id).state == "cancelled"


def test_a_connection_that_is_away_is_said_and_tried_again(
    app: Flask, live_server: LiveServer, browser_page: Any
) -> None:
    job_id = ask("wash_bowls", seconds=30)
    put(job_id, state="running", done=1, total=4)
    sign_in_page(browser_page, live_server, "zhangjie")
    browser_page.goto(f"{live_server.url}/jobs/{job_id}")
    browser_page.context.set_offline(True)
    browser_page.wait_for_selector("text=暂时连不上，正在重试")
    browser_page.context.set_offline(False)
    put(job_id, done=2)
    browser_page.wait_for_selector("text=第 2 行，共 4 行")
