"""A short street for planning rounds: where its doors are, and a plan on offer."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from canteen.delivery.routes.actions import ask_for_routes
from canteen.delivery.routes.documents import Asked
from canteen.delivery.routes.models import RoutePlan
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import Job, run_waiting
from canteen.residents.models import GridNode
from canteen.sites.models import Site
from tests.delivery.people import make_need, make_programme, make_volunteer
from tests.people import NOW, TODAY, make_resident, make_site, make_unit, make_zhangjie

LAT, LON = 30.6586, 104.0648


@dataclass(frozen=True)
class Street:
    """A canteen, and doors by name in three buildings east of it; two volunteers."""

    site_id: int
    manager: int
    doors: dict[str, int]
    near: int
    far: int


def make_street() -> Street:
    """Three buildings 100, 400 and 500 m east of the canteen, two doors in each."""
    site_id = make_site()
    manager = make_zhangjie(site_id)
    make_programme(site_id)
    doors, community = {}, 0
    for number, metres in ((1, 100), (2, 400), (3, 500)):
        unit = make_unit(building=f"{number}栋")
        building = node_above(unit)
        put_node(building, metres)
        community = int(path_of(unit).split("/")[1])
        for floor in (1, 2):
            name = f"{'甲乙丙'[number - 1]}{'一二'[floor - 1]}姑"
            person = make_resident(
                name,
                site_id=site_id,
                unit_id=unit,
                room=f"{floor}01",
                tags=("dibao",),
                birthday=date(1940, 5, 6),
            )
            make_need(person, site_id)
            doors[name] = person
    put_site(site_id)
    near = make_volunteer(site_id, "周近", community, box_capacity=4)
    far = make_volunteer(site_id, "吴远", community, box_capacity=4)
    return Street(site_id, manager, doors, near, far)


def node_above(node_id: int) -> int:
    parent = db.session.get_one(GridNode, node_id).parent_id
    assert parent is not None
    return parent


def path_of(node_id: int) -> str:
    return db.session.get_one(GridNode, node_id).path


def put_node(node_id: int, metres: float | None) -> None:
    with transaction() as session:
        node = session.get_one(GridNode, node_id)
        node.latitude = None if metres is None else LAT
        node.longitude = None if metres is None else LON + metres / 95_650


def put_site(site_id: int, *, known: bool = True) -> None:
    with transaction() as session:
        site = session.get_one(Site, site_id)
        site.latitude, site.longitude = (LAT, LON) if known else (None, None)


def asked(street: Street, **values: Any) -> Asked:
    given = {
        "site_id": street.site_id,
        "day": TODAY,
        "period_code": "lunch",
        "cooked_at": 10 * 3600,
        "leaves_from": 10 * 3600 + 600,
        "back_by": 12 * 3600,
        "hot_minutes": 90,
    }
    return Asked(**{**given, **values})


def planned(app: Flask, street: Street, **values: Any) -> int:
    """A plan on offer; its id."""
    job_id = ask_for_routes(
        db.session(), asked(street, **values), today=TODAY, by=street.manager, now=NOW
    )
    assert isinstance(job_id, int), job_id
    db.session.rollback()
    run_waiting(app)
    db.session.rollback()
    state = db.session.get_one(Job, job_id)
    assert state.state == "done", (state.state, state.result)
    query = select(RoutePlan.id).order_by(RoutePlan.id.desc()).limit(1)
    found = db.session.scalars(query).one()
    db.session.rollback()
    return found
