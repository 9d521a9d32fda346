"""``canteen menus``: real menus in, repeats named, nothing half done."""

from datetime import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from canteen.foundation.database import db, transaction
from canteen.ledger.founding import found_site
from canteen.menus.commands import menus
from canteen.menus.menu_importing import MenuImported, import_menu
from canteen.menus.models import Dish, MenuEntry
from canteen.menus.printed import PrintedMenu, read_printed_menu
from canteen.sites.models import MealPeriod
from tests.menus.kitchen import MONDAY, TUESDAY, make_kitchen, put, week
from tests.people import NOW

PRINTED = sorted((Path(__file__).parent / "printed").glob("*.csv"))


def check(file: Path) -> Result:
    return CliRunner().invoke(menus, ["check", str(file)])


def menu_of(file: Path) -> PrintedMenu:
    return read_printed_menu(file.read_bytes(), file.name)


def test_a_menu_that_keeps_its_promise_exits_with_0(tmp_path: Path) -> None:
    file = tmp_path / "menu.csv"
    file.write_text("星期,餐次,类别,菜名\n周一,午餐,大荤,红烧肉\n周二,午餐,大荤,白切鸡\n")
    assert check(file).exit_code == 0


def test_a_repeat_is_named_with_its_days_and_exits_with_1(tmp_path: Path) -> None:
    file = tmp_path / "menu.csv"
    file.write_text(
        "星期,餐次,类别,菜名\n周一,午餐,小荤,番茄炒蛋\n周三,晚餐,小荤,西红柿炒鸡蛋\n周四,午餐,主食,米饭\n"
        "周五,午餐,主食,米饭\n"
    )
    result = check(file)
    assert result.exit_code == 1
    assert "重复 番茄炒蛋／西红柿炒鸡蛋：周一午餐、周三晚餐" in result.output
    assert "repeated: Mon lunch, Wed dinner" in result.output
    assert "米饭" not in result.output


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x00", b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_read_exits_with_2(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "menu.xlsx"
    file.write_bytes(content)
    result = check(file)
    assert result.exit_code == 2
    assert result.output.strip()


def test_a_file_of_200_mb_or_none_at_all_exits_with_2(tmp_path: Path) -> None:
    file = tmp_path / "huge.xlsx"
    with file.open("wb") as out:
        out.truncate(200 * 1024**2)
    result = check(file)
    assert (result.exit_code, "有 200 MB" in result.output) == (2, True)
    assert "200 MB" in result.output.splitlines()[1], "and in English"
    assert check(tmp_path / "nosuch.xlsx").exit_code == 2


def add_afternoon(site_id: int) -> None:
    """A fourth meal, as one of the real menus has it."""
    with transaction() as session:
        session.add(
            MealPeriod(
                site_id=site_id, code="afternoon", name="午点", starts=time(15), ends=time(16)
            )
        )


def test_a_meal_the_canteen_does_not_serve_is_refused_by_name(app: Flask) -> None:
    site = make_kitchen()
    menu = read_printed_menu("星期,餐次,类别,菜名\n周一,午点,,红烧肉\n".encode(), "m.csv")
    refused = import_menu(site_id=site, menu=menu, monday=MONDAY, create=True, replace=False)
    assert not isinstance(refused, MenuImported)
    assert (refused.code, refused.facts["period"]) == ("import_period", "午点")


@pytest.mark.parametrize("name", ["elderly-kangyangtong", "jianpian-kindergarten"])
def test_meals_the_canteen_does_not_serve_yet_are_opened_on_request(app: Flask, name: str) -> None:
    """As a canteen is founded: lunch and dinner alone."""
    site = found_site(code="new", name="新食堂", now=NOW)
    assert isinstance(site, int)
    menu = menu_of(next(file for file in PRINTED if file.stem == name))
    asked = {"site_id": site, "menu": menu, "monday": MONDAY, "create": True, "replace": False}
    refused = import_menu(**asked)  # type: ignore[arg-type]
    assert not isinstance(refused, MenuImported)
    assert (refused.code, refused.facts["period"]) == ("import_period", "早餐")
    done = import_menu(open_meals=True, **asked)  # type: ignore[arg-type]
    assert isinstance(done, MenuImported)
    assert set(done.meals) <= {"breakfast", "afternoon"}
    assert done.changed == len(menu.entries)
    again = import_menu(**asked)  # type: ignore[arg-type]
    assert again == MenuImported(mondays=(MONDAY,), created=0, changed=0)


@pytest.mark.parametrize("file", PRINTED, ids=lambda file: file.stem)
def test_real_menus_are_checked_and_taken_as_they_are(app: Flask, file: Path) -> None:
    assert check(file).exit_code in (0, 1)
    site = make_kitchen()
    add_afternoon(site)
    menu = menu_of(file)
    site_menu = {"site_id": site, "menu": menu, "monday": MONDAY, "replace": False}
    before = db.session.scalar(select(func.count()).select_from(Dish))
    refused = import_menu(create=False, **site_menu)  # type: ignore[arg-type]
    if not isinstance(refused, MenuImported):
        assert refused.code == "import_unknown_dishes"
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Dish)) == before
        assert db.session.scalar(select(func.count()).select_from(MenuEntry)) == 0
    done = import_menu(create=True, **site_menu)  # type: ignore[arg-type]
    assert isinstance(done, MenuImported)
    assert len(week(site).dishes) == len(menu.entries)
    again = import_menu(create=True, **site_menu)  # type: ignore[arg-type]
    assert again == MenuImported(mondays=(MONDAY,), created=0, changed=0)


def test_other_dishes_in_the_same_meals_stay_unless_replaced(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "白切鸡")
    put(site, TUESDAY, "粉蒸肉")
    menu = read_printed_menu("星期,餐次,类别,菜名\n周一,午餐,大荤,红烧肉\n".encode(), "m.csv")
    asked = {"site_id": site, "menu": menu, "monday": MONDAY, "create": False}
    refused = import_menu(replace=False, **asked)  # type: ignore[arg-type]
    assert not isinstance(refused, MenuImported)
    assert refused.code == "import_meals_taken"
    done = import_menu(replace=True, **asked)  # type: ignore[arg-type]
    assert isinstance(done, MenuImported)
    assert [one.name for one in week(site).dishes] == ["红烧肉", "粉蒸肉"]
