"""Thousands of rows in one go: the same rows as one by one, with ids that nobody else gets."""

import gc
from datetime import UTC, date, datetime
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import Table, event, select

from canteen.foundation.bulk import draw_ids, insert_rows, uncollected
from canteen.foundation.database import db, transaction
from canteen.residents import grid
from canteen.residents.addresses import Place
from canteen.residents.models import GridNode, Household, Resident
from tests.people import NOW, make_site, make_wang

RESIDENTS = cast(Table, Resident.__table__)


def row(one: int, site_id: int, **values: object) -> dict[str, object]:
    """王爷爷 as he is written."""
    named = {"name": "王德福", "sort_name": "wang de fu", "birthday": date(1959, 6, 1)}
    return {"id": one, "site_id": site_id, "created_at": NOW, **named, **values}


@pytest.mark.usefixtures("app")
def test_what_is_not_named_gets_the_models_own_defaults() -> None:
    site_id = make_site()
    with transaction() as session:
        (one,) = draw_ids(session, RESIDENTS, 1)
        insert_rows(session, RESIDENTS, [row(one, site_id, may_leave_at_door=True)])
    found = db.session.get_one(Resident, one)
    assert (found.status, found.mobility, found.phone) == ("active", "walks", "")
    assert (found.birthday, found.created_at) == (date(1959, 6, 1), NOW)
    assert (found.in_institution, found.may_leave_at_door) == (False, True)


@pytest.mark.usefixtures("app")
def test_drawn_ids_are_new_and_the_next_ordinary_row_follows_them() -> None:
    site_id = make_site()
    earlier = make_wang(site_id)
    with transaction() as session:
        ids = draw_ids(session, RESIDENTS, 5)
        insert_rows(session, RESIDENTS, [row(one, site_id) for one in ids])
        assert draw_ids(session, RESIDENTS, 0) == []
    assert len({earlier, *ids}) == 6
    with transaction() as session:
        later = Resident(**{**row(0, site_id), "id": None})
        session.add(later)
        session.flush()
        assert later.id not in {earlier, *ids}


@pytest.mark.usefixtures("app")
def test_an_instant_that_is_naive_is_still_refused() -> None:
    site_id = make_site()
    naive = datetime(2026, 11, 23, 3, 30, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(Exception, match="naive"), transaction() as session:
        insert_rows(session, RESIDENTS, [row(1, site_id, created_at=naive)])


@pytest.mark.usefixtures("app")
def test_many_units_are_made_in_few_statements_below_what_is_there() -> None:
    places = [
        Place("金牛社区", "金牛小区", f"{n // 4 + 1}栋", f"{n % 4 + 1}单元") for n in range(40)
    ]
    with transaction() as session:
        known = grid.ensure_units(session, places[:1])
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with transaction() as session:
        units = grid.ensure_units(session, [*places, Place("金牛社区", "新小区", "1栋", "1单元")])
    assert len(asked) < 24
    assert units[places[0]] == known[places[0]]
    assert len(set(units.values())) == 41
    node = db.session.get_one(GridNode, units[places[-1]])
    names = []
    path = ""
    while node is not None:
        names.append(node.name)
        path = f"/{node.id}{path or '/'}"
        above = node.parent
        assert node.sort_key.startswith(above.sort_key if above else "")
        if above is None:
            break
        node = above
    assert names == ["4单元", "10栋", "金牛小区", "金牛社区"]
    assert db.session.get_one(GridNode, units[places[-1]]).path == path
    order = select(GridNode.name).where(GridNode.level == "building").order_by(GridNode.sort_key)
    assert db.session.scalars(order).all()[-2:] == ["9栋", "10栋"]
    assert db.session.scalars(select(Household)).all() == []


@pytest.mark.usefixtures("app")
def test_twenty_times_the_people_take_no_more_statements(app: Flask) -> None:
    from canteen.cards.enrolment import import_residents
    from canteen.foundation.storage import keys
    from tests.residents.test_import_jobs import register, understood

    make_site()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def statements(people: int, surname: str) -> int:
        asked.clear()
        read = understood(register(people, surname=surname, tags=people))
        import_residents(read, site_id=1, keys=keys(), now=NOW, by=None)  # type: ignore[arg-type]
        return len(asked)

    few = statements(10, "王")
    assert statements(200, "李") <= few


def test_garbage_is_collected_again_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
    assert gc.isenabled()
