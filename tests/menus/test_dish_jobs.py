"""A large table of dishes is long work: shown, stopped without a trace, in whole or not at all."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from canteen.blueprints import intake
from canteen.blueprints.menus import large_imports
from canteen.foundation import jobs, uploads
from canteen.foundation.database import db
from canteen.foundation.jobs import Job, JobState, run_waiting
from canteen.foundation.jobs.progress import Progress
from canteen.foundation.spreadsheets import write_csv
from canteen.menus import actions, dish_previews, importing
from canteen.menus.dishes import DishValues
from canteen.menus.library_sheets import SheetPreview, shown
from canteen.menus.models import Dish, DishIngredient
from canteen.staff.rules import Role
from tests.menus.kitchen import make_kitchen
from tests.people import NOW, make_site, make_staff, sign_in

HEAD = ["菜名", "类别", "做法", "价格", "配料", "产地"]
NEW = [[f"金牛{sign}式豆腐盒", "素菜", "炒", "3.5", "豆腐:80；盐:1", ""] for sign in "甲乙丙丁戊"]
CHANGED = ["红烧肉", "大荤", "红烧", "19", "五花肉:110", ""]
WRONG = ["某菜", "大菜", "炒", "六块", "龙肝:5", ""]


def table(*rows: list[str]) -> bytes:
    return write_csv(HEAD, rows)


GOOD = table(*NEW, CHANGED)


@pytest.fixture
def kitchen(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """王师傅, for whom four rows are many and every step is told."""
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("canteen.foundation.jobs.progress.SECONDS_BETWEEN", 0)
    make_kitchen()
    sign_in(client, "wangshifu")
    return client


def post(client: FlaskClient, data: bytes, address: str = "/dishes/import-previews") -> Any:
    return client.post(address, data={"file": (io.BytesIO(data), "菜品.csv")})


def job_of(answer: Any) -> int:
    """The job that an answer leads to."""
    assert answer.status_code == 302, answer.text
    where = str(answer.headers["Location"])
    assert where.startswith("/jobs/"), where
    return int(where.removeprefix("/jobs/"))


def forward(client: FlaskClient, job_id: int) -> str:
    answer = client.get(f"/jobs/{job_id}.json").json
    assert answer is not None
    return str(answer["forward"])


def previewed(client: FlaskClient, data: bytes) -> str:
    """The address of a large file's preview, once the worker has read it."""
    job_id = job_of(post(client, data))
    run_waiting(client.application)
    return forward(client, job_id)


def kept(app: Flask) -> list[str]:
    folder = uploads.folder_in(app.config["DATA"])
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


def library() -> tuple[int, int, int]:
    """How many dishes, lines of recipes, and fen all prices are together."""
    db.session.rollback()
    lines = db.session.scalar(select(func.count()).select_from(DishIngredient)) or 0
    dishes, fen = db.session.execute(select(func.count(Dish.id), func.sum(Dish.price_fen))).one()
    return dishes, lines, fen


def stands(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def when_told(monkeypatch: pytest.MonkeyPatch, act: Callable[[int, Any], None]) -> None:
    """Do something at every step of a job: its steps done, and its note."""
    say = Progress.say

    def heard(self: Progress, done: int, total: int, note: Any = None) -> None:
        say(self, done, total, note)
        act(self.job_id, note)

    monkeypatch.setattr(Progress, "say", heard)


# --- shown -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/dishes/import-previews", "/dishes/imports"])
def test_the_page_that_takes_a_large_file_does_not_read_it(
    kitchen: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def read(*_arguments: Any, **_values: Any) -> Any:
        raise AssertionError("it was read while the page waited")

    monkeypatch.setattr(intake, "MOST_BYTES_AT_ONCE", 100)
    for module in (intake, importing):
        monkeypatch.setattr(module, "read_table", read)
    before = library()
    page = kitchen.get(f"/jobs/{job_of(post(kitchen, GOOD, address))}").text
    assert "读取菜品表" in page
    assert library() == before


@pytest.mark.parametrize("data", [GOOD, table(*NEW, WRONG, CHANGED), table(*NEW, NEW[0])])
def test_the_preview_of_a_large_file_is_that_of_a_small_one(
    app: Flask, kitchen: FlaskClient, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    large = kitchen.get(previewed(kitchen, data)).text
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 100)
    small = post(kitchen, data).text
    assert run_waiting(app) == []

    def seen(page: str) -> list[str]:
        return re.findall(r"(?s)<dl.*?</dl>|<table.*?</table>|<div class=.notice.*?</div>", page)

    assert seen(large) == seen(small)
    assert "产地" in large
    assert 'name="parcel"' not in large


def test_it_says_how_far_it_is(
    app: Flask, kitchen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    when_told(
        monkeypatch,
        lambda job_id, _note: said.append(kitchen.get(f"/jobs/{job_id}.json").json["text"]),  # type: ignore[index]
    )
    address = previewed(kitchen, GOOD)
    assert "正在读表格，第 3 行" in said
    assert "正在核对，第 3 行，共 7 行" in said
    said.clear()
    kitchen.post(address)
    run_waiting(app)
    assert "正在核对，第 3 行，共 7 行" in said
    assert "正在准备写入，第 3 行，共 6 行" in said


def test_a_large_file_is_taken_by_the_worker_and_ends_in_words(
    app: Flask, kitchen: FlaskClient
) -> None:
    dishes = library()[0]
    assert price("红烧肉") != 1900
    address = previewed(kitchen, GOOD)
    once, twice = job_of(kitchen.post(address)), job_of(kitchen.post(address))
    assert once == twice
    assert library()[0] == dishes
    assert kitchen.get(f"/dishes/imports/done/{once}").status_code == 404
    assert len(run_waiting(app)) == 1
    assert library()[0] == dishes + 5
    assert price("红烧肉") == 1900
    page = kitchen.get(forward(kitchen, once)).text
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["5", "1"]
    assert kept(app) == []
    assert "已不在了" in kitchen.post(address).text


def price(name: str) -> int | None:
    db.session.rollback()
    return db.session.scalar(select(Dish.price_fen).where(Dish.name == name))


def test_the_same_large_file_twice_changes_nothing(app: Flask, kitchen: FlaskClient) -> None:
    kitchen.post(previewed(kitchen, GOOD))
    run_waiting(app)
    before = library()
    address = previewed(kitchen, GOOD)
    assert "导入也不会改变什么" in kitchen.get(address).text
    job_id = job_of(kitchen.post(address))
    run_waiting(app)
    assert library() == before
    assert "什么都没有改" in kitchen.get(forward(kitchen, job_id)).text


def test_a_file_at_the_limit_is_taken_at_once(app: Flask, kitchen: FlaskClient) -> None:
    dishes = library()[0]
    answer = post(kitchen, table(*NEW[:2]), "/dishes/imports")
    assert answer.headers["Location"] == "/dishes"
    assert library()[0] == dishes + 2
    assert (run_waiting(app), kept(app)) == ([], [])


def test_a_file_that_holds_no_dishes_is_said_and_not_kept(app: Flask, kitchen: FlaskClient) -> None:
    job_id = job_of(post(kitchen, b"sky,degrees\nblue,20\nblue,21\nblue,22\nblue,23"))
    run_waiting(app)
    page = kitchen.get(f"/jobs/{job_id}").text
    assert "菜名" in page
    assert 'href="/dishes/import"' in page
    assert kept(app) == []


def test_wrong_rows_keep_the_whole_large_file_out(app: Flask, kitchen: FlaskClient) -> None:
    before = library()
    address = previewed(kitchen, table(*NEW, WRONG))
    assert "没有“大菜”这个类别" in kitchen.get(address).text
    job_id = job_of(kitchen.post(address))
    run_waiting(app)
    assert library() == before
    assert forward(kitchen, job_id) == address
    assert "一行也没有导入" in kitchen.get(f"/jobs/{job_id}").text


def test_what_came_between_the_preview_and_its_yes_is_shown_in_a_new_preview(
    app: Flask, kitchen: FlaskClient
) -> None:
    address = previewed(kitchen, GOOD)
    assert "是同一道菜" not in kitchen.get(address).text
    other = DishValues(name="金牛甲式豆腐盒（小份）", category="vegetable", price_fen=300)
    assert isinstance(actions.save_dish(dish_id=None, values=other, now=NOW, by=None), int)
    job_id = job_of(kitchen.post(address))
    run_waiting(app)
    assert forward(kitchen, job_id) == address
    assert "和库里的“金牛甲式豆腐盒（小份）”是同一道菜" in kitchen.get(address).text


# --- stopped, killed, forgotten ----------------------------------------------------------------


@pytest.mark.parametrize("stage", ["reading", "checking"])
def test_stopped_while_it_is_read_nothing_of_the_file_is_left(
    app: Flask, kitchen: FlaskClient, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def stop(job_id: int, note: Any) -> None:
        if note and (note["stage"], note["row"]) == (stage, 3):
            jobs.cancel(job_id, now=NOW)

    job_id = job_of(post(kitchen, GOOD))
    when_told(monkeypatch, stop)
    run_waiting(app)
    assert stands(job_id).state == JobState.CANCELLED
    assert kept(app) == []
    assert 'href="/dishes/import">重新开始' in kitchen.get(f"/jobs/{job_id}").text


@pytest.mark.parametrize("stage", ["reading", "checking", "spelling"])
def test_stopped_while_it_is_taken_nothing_is_written_and_it_may_begin_again(
    app: Flask, kitchen: FlaskClient, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def stop(job_id: int, note: Any) -> None:
        if note and (job_id, note["stage"], note["row"]) == (taking, stage, 3):
            jobs.cancel(job_id, now=NOW)

    before = library()
    taking = job_of(kitchen.post(previewed(kitchen, GOOD)))
    with monkeypatch.context() as patch:
        when_told(patch, stop)
        run_waiting(app)
    assert stands(taking).state == JobState.CANCELLED
    assert library() == before
    again = job_of(kitchen.post(f"/jobs/{taking}/repetition"))
    run_waiting(app)
    assert stands(again).state == JobState.DONE
    assert library()[0] == before[0] + 5


@pytest.mark.parametrize("place", ["write_dishes", "write_dish"])
def test_killed_in_the_middle_of_writing_nothing_is_half_there(
    app: Flask, kitchen: FlaskClient, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = library()
    taking = job_of(kitchen.post(previewed(kitchen, GOOD)))
    real: Callable[..., Any] = getattr(importing, place)

    def killed(*arguments: Any, **values: Any) -> Any:
        real(*arguments, **values)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing, place, killed)
        with pytest.raises(KeyboardInterrupt):
            run_waiting(app)
    assert library() == before
    assert stands(taking).state == JobState.FAILED
    kitchen.post(f"/jobs/{taking}/repetition")
    run_waiting(app)
    assert library()[0] == before[0] + 5


def test_killed_after_it_was_written_it_finds_nothing_to_write(
    app: Flask, kitchen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_token: str) -> None:
        raise KeyboardInterrupt

    dishes = library()[0]
    taking = job_of(kitchen.post(previewed(kitchen, GOOD)))
    with monkeypatch.context() as patch:
        patch.setattr(large_imports.intake, "drop", killed)
        with pytest.raises(KeyboardInterrupt):
            run_waiting(app)
    written = library()
    assert written[0] == dishes + 5
    again = job_of(kitchen.post(f"/jobs/{taking}/repetition"))
    run_waiting(app)
    assert library() == written
    assert stands(again).state == JobState.DONE


def test_removed_no_trace_of_it_is_left(app: Flask, kitchen: FlaskClient) -> None:
    address = previewed(kitchen, GOOD)
    assert len(kept(app)) == 2
    answer = kitchen.post(f"{address}/removal")
    assert answer.headers["Location"] == "/dishes/import"
    assert kept(app) == []
    assert "已不在了" in kitchen.get(address).text


# --- whose it is -------------------------------------------------------------------------------


def test_a_kept_file_is_its_senders_alone_and_of_its_kind_alone(
    app: Flask, kitchen: FlaskClient
) -> None:
    address = previewed(kitchen, GOOD)
    make_staff("zhangjie", Role.MANAGER, site_id=1, name="张姐")
    other = app.test_client()
    sign_in(other, "zhangjie")
    register = "姓名,出生日期\n" + "王秀英,1944-03-05\n" * 4
    sent = {"file": (io.BytesIO(register.encode()), "名单.csv")}
    other.post("/residents/imports", data=sent)
    tokens = {name.partition(".")[0] for name in kept(app)} - {address.rpartition("/")[2]}
    for answer in (
        other.get(address),
        other.post(address),
        other.get(f"/dishes/imports/{tokens.pop()}"),
        other.get(f"/residents/imports/{address.rpartition('/')[2]}"),
    ):
        assert answer.status_code in (400, 422)
        assert "已不在了" in answer.text
    other.post(f"{address}/removal")
    assert "没有问题，可以导入" in kitchen.get(address).text


def test_the_end_is_shown_to_the_kitchen_of_that_canteen_only(
    app: Flask, kitchen: FlaskClient
) -> None:
    job_id = job_of(kitchen.post(previewed(kitchen, GOOD)))
    run_waiting(app)
    assert kitchen.get(f"/dishes/imports/done/{job_id}").status_code == 200
    assert kitchen.get("/dishes/imports/done/999").status_code == 404
    make_staff("waimian", Role.MANAGER, site_id=make_site("qingshan"), name="别处的店长")
    other = app.test_client()
    sign_in(other, "waimian")
    assert other.get(f"/dishes/imports/done/{job_id}").status_code == 404


# --- kept as JSON ------------------------------------------------------------------------------


def test_a_preview_comes_back_from_its_json_as_it_was(app: Flask) -> None:
    make_kitchen()
    full = ["菜名", "英文名", "类别", "价格", "配料", "季节", "标签", "餐次"]
    rows = [
        ["金牛豆腐盒", "Tofu box", "素菜", "3", "豆腐:120.5", "春；冬", "低盐", "午餐"],
        ["红烧肉", "", "大荤", "9", "五花肉:110", "", "", ""],
        ["某菜", "", "大菜", "六块", "龙肝:5", "", "", ""],
    ]
    seen = importing.preview_dishes(db.session(), write_csv(full, rows), "a.csv")
    assert isinstance(seen, SheetPreview)
    found = shown(seen)
    assert (found.count("new"), found.count("changed"), found.wrong) == (2, 1, 1)
    assert dish_previews.read(json.loads(json.dumps(dish_previews.written(found)))) == found
