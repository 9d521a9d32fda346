"""A large register is read as long work: shown, stopped without a trace, kept no longer than
it is needed."""

import io
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.blueprints import intake
from canteen.blueprints.residents import importing
from canteen.foundation import jobs, uploads
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import Job, JobState, run_waiting
from canteen.foundation.jobs.progress import Progress, WorkerStopping
from canteen.foundation.storage import keys
from canteen.residents.models import Resident
from canteen.staff.rules import Role
from tests.people import NOW, make_site, make_staff, make_zhangjie, sign_in
from tests.residents.test_import_jobs import confirmed, register, stands, uploaded

WRONG = "\n王大,2999-01-01,,,,,,,,\n,1944-03-05,,,,,,不知道,,".encode()


@pytest.fixture
def manager(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """张姐, for whom four rows are many and every step is told."""
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("canteen.foundation.jobs.progress.SECONDS_BETWEEN", 0)
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    return client


def sent(client: FlaskClient, data: bytes, name: str = "名单.csv") -> int:
    """The job that reads a file just sent."""
    answer = client.post("/residents/imports", data={"file": (io.BytesIO(data), name)})
    where = str(answer.headers["Location"])
    assert where.startswith("/jobs/"), where
    return int(where.removeprefix("/jobs/"))


def kept(app: Flask) -> list[str]:
    """What lies in the folder of uploads."""
    folder = uploads.folder_in(app.config["DATA"])
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


def forward(client: FlaskClient, job_id: int) -> str:
    answer = client.get(f"/jobs/{job_id}.json").json
    assert answer is not None
    return str(answer["forward"])


# --- shown -----------------------------------------------------------------------------------


def test_the_page_that_takes_a_large_file_does_not_read_it(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_arguments: Any, **_values: Any) -> Any:
        raise AssertionError("it was read while the page waited")

    monkeypatch.setattr(intake, "MOST_BYTES_AT_ONCE", 100)
    monkeypatch.setattr(intake, "read_table", read)
    page = manager.get(f"/jobs/{sent(manager, register(20))}").text
    assert "读取居民名单" in page


@pytest.mark.parametrize("data", [register(6, tags=2), register(6) + WRONG])
def test_the_preview_of_a_large_file_is_that_of_a_small_one(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    large = uploaded(manager, data)
    page = manager.get(large).text
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 100)
    small = uploaded(manager, data)
    assert run_waiting(app) == []

    def plain(text: str, address: str) -> list[str]:
        lines = text.replace(address, "").splitlines()
        return [line for line in lines if "csrf" not in line and "nonce" not in line]

    assert plain(page, large) == plain(manager.get(small).text, small)
    assert "6" in page


def test_a_file_read_again_shows_who_changes(app: Flask, manager: FlaskClient) -> None:
    confirmed(manager, uploaded(manager, register(4)))
    run_waiting(app)
    lines = (
        register(4)
        .decode()
        .replace("姓名,", "姓名,电话,")
        .replace("王秀英,", "王秀英,13800000101,")
    )
    page = manager.get(uploaded(manager, lines.encode())).text
    assert "要更新的" in page
    assert "<strong>王秀英</strong> 电话" in page


def test_it_says_how_far_it_is(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    say = Progress.say

    def heard(self: Progress, done: int, total: int, note: Any = None) -> None:
        say(self, done, total, note)
        said.append(manager.get(f"/jobs/{self.job_id}.json").json["text"])  # type: ignore[index]

    monkeypatch.setattr(Progress, "say", heard)
    job_id = sent(manager, register(4))
    run_waiting(app)
    assert "正在读表格，第 3 行" in said
    assert "正在核对，第 3 行，共 5 行" in said
    assert forward(manager, job_id).startswith("/residents/imports/")


def test_a_file_that_is_no_register_is_said_and_not_kept(app: Flask, manager: FlaskClient) -> None:
    job_id = sent(manager, "天气,温度\n晴,20\n晴,21\n晴,22\n晴,23".encode())
    run_waiting(app)
    page = manager.get(f"/jobs/{job_id}").text
    assert "姓名" in page
    assert 'href="/residents/imports"' in page
    assert kept(app) == []


def test_a_preview_asked_for_before_it_is_read_says_so(app: Flask, manager: FlaskClient) -> None:
    sent(manager, register(4))
    (token,) = {name.partition(".")[0] for name in kept(app)}
    answer = manager.get(f"/residents/imports/{token}")
    assert answer.status_code == 400
    assert "还没有读完" in answer.text


def test_a_preview_is_made_anew_when_its_import_was_refused(
    app: Flask, manager: FlaskClient
) -> None:
    lines = register(4) + "\n王秀英,1944-03-05,,,,,,,,".encode()
    address = uploaded(manager, lines)
    assert "没有错行" in manager.get(address).text
    other = make_site("qingshan")
    with transaction() as session:  # registered elsewhere between the preview and its yes
        session.add(
            Resident(
                site_id=other, name="王秀英", sort_name="wang xiu ying", gender="unknown",
                birthday=date(1944, 3, 5), created_at=NOW,
            )
        )  # fmt: skip
    job_id = confirmed(manager, address)
    run_waiting(app)
    assert forward(manager, job_id) == address
    assert "此人登记在另一食堂" in manager.get(address).text


# --- stopped, killed, forgotten ----------------------------------------------------------------


def test_stopped_while_it_is_read_nothing_of_the_file_is_left(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = sent(manager, register(6))
    say = Progress.say

    def heard(self: Progress, done: int, total: int, note: Any = None) -> None:
        if done == 9:  # in the middle of checking
            jobs.cancel(job_id, now=NOW)
        say(self, done, total, note)

    monkeypatch.setattr(Progress, "say", heard)
    run_waiting(app)
    assert stands(job_id).state == JobState.CANCELLED
    assert kept(app) == []
    page = manager.get(f"/jobs/{job_id}").text
    assert "/repetition" not in page
    assert 'href="/residents/imports">重新开始' in page
    again = manager.post(f"/jobs/{job_id}/repetition")
    assert again.headers["Location"] == f"/jobs/{job_id}"
    assert run_waiting(app) == []


def test_stopped_before_it_began_nothing_of_the_file_is_left(
    app: Flask, manager: FlaskClient
) -> None:
    job_id = sent(manager, register(6))
    assert kept(app)
    manager.post(f"/jobs/{job_id}/cancellation")
    assert kept(app) == []


def test_a_worker_that_ends_leaves_the_file_to_be_read_again(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = sent(manager, register(6))
    say = Progress.say

    def ending(_self: Progress, *_how_far: Any) -> None:
        raise WorkerStopping

    monkeypatch.setattr(Progress, "say", ending)
    run_waiting(app)
    assert stands(job_id).state == JobState.FAILED
    monkeypatch.setattr(Progress, "say", say)
    again = manager.post(f"/jobs/{job_id}/repetition").headers["Location"]
    run_waiting(app)
    assert "没有错行" in manager.get(forward(manager, int(again.removeprefix("/jobs/")))).text


def test_an_abandoned_preview_is_gone_after_a_day_though_nobody_uploads(
    app: Flask, manager: FlaskClient
) -> None:
    uploaded(manager, register(6))
    folder = uploads.folder_in(app.config["DATA"])
    assert len(kept(app)) == 2
    now = datetime.now(UTC)
    assert uploads.sweep(folder, now=now + timedelta(hours=23)) == 0
    assert uploads.sweep(folder, now=now + timedelta(hours=25)) == 2
    assert kept(app) == []


def test_removed_or_imported_its_preview_goes_too(app: Flask, manager: FlaskClient) -> None:
    manager.post(f"{uploaded(manager, register(6))}/removal")
    assert kept(app) == []
    confirmed(manager, uploaded(manager, register(6)))
    run_waiting(app)
    assert kept(app) == []


def test_removed_while_it_is_read_no_preview_stays(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = importing.plan_import

    def removed(*arguments: Any, **values: Any) -> Any:
        for name in kept(app):
            (uploads.folder_in(app.config["DATA"]) / name).unlink()
        return plan(*arguments, **values)

    monkeypatch.setattr(importing, "plan_import", removed)
    job_id = sent(manager, register(6))
    run_waiting(app)
    assert kept(app) == []
    assert "已不在了" in manager.get(f"/jobs/{job_id}").text


def test_what_is_kept_is_sealed_and_its_senders_alone(app: Flask, manager: FlaskClient) -> None:
    address = uploaded(manager, register(4) + WRONG)
    folder = uploads.folder_in(app.config["DATA"])
    for name in kept(app):
        assert "王".encode() not in (folder / name).read_bytes()
        assert (folder / name).stat().st_mode & 0o077 == 0
    job = db.session.query(Job).one()
    assert "王" not in job.result + job.arguments
    make_staff("lijie", Role.MANAGER, site_id=1, name="李姐")
    other = app.test_client()
    sign_in(other, "lijie")
    assert "已不在了" in other.get(address).text
    other.post(f"{address}/removal")
    assert len(kept(app)) == 2


def test_photos_of_dishes_in_the_same_folder_are_left_alone(
    app: Flask, manager: FlaskClient
) -> None:
    photos = uploads.folder_in(app.config["DATA"]) / "dishes"
    photos.mkdir(parents=True)
    os.utime(photos, (0, 0))  # nobody has changed a photo for long
    uploaded(manager, register(4))
    assert photos.exists()


def test_a_full_disk_leaves_no_half_file(
    app: Flask, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(uploads.folder_in(app.config["DATA"]))

    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        uploads.keep(
            folder, b"1", "a.csv", kind="residents",
            is_large=False, staff_id=1, keys=keys(), now=NOW,
        )  # fmt: skip
    assert kept(app) == []
