"""The same few people in every test, made with fixed values.

陈奶奶: 82, 低保, lives alone, meals brought. 王爷爷: 67, pays full. 小李: counter clerk.
张姐: manager. 志愿者小周: carries meals. Everything is made through plain rows in one
transaction, so that a test of one room does not depend on the actions of another.
"""

import secrets
from datetime import UTC, date, datetime, time
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.security import generate_password_hash

from canteen.foundation.database import db, transaction
from canteen.ledger.accounts import open_funder, open_site_accounts, open_wallet
from canteen.ledger.models import Account
from canteen.residents.models import (
    GridNode,
    Household,
    Level,
    Resident,
    ResidentTag,
    SearchKey,
    TagState,
)
from canteen.residents.pinyin import search_keys, sort_key
from canteen.sites.models import Device, MealPeriod, MealSet, Site
from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import Role
from canteen.subsidies.models import Funder

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
"""Monday 23 November 2026, 11:30 in Shanghai: lunch."""
TODAY = date(2026, 11, 23)
PASSWORD = "一碗热汤面要趁热吃"
_HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")


def make_site(code: str = "jinniu", **values: Any) -> int:
    """金牛食堂 in 南昌: breakfast, lunch at 13 yuan, dinner at 12, one counter. Its id.

    It sells without a published menu unless `menu_required` is given.
    """
    with transaction() as session:
        site = Site(
            code=code,
            **{
                "name": "金牛食堂",
                "phone": "0791-5550100",
                "address": "金牛路 1 号",
                "city": "南昌市",
                "district": "青云谱区",
                "town": "金牛街道",
                "menu_required": False,
                **values,
            },
        )
        session.add(site)
        session.flush()
        for position, (period, name, english, starts, ends) in enumerate(
            (
                ("breakfast", "早餐", "Breakfast", time(6, 30), time(8, 30)),
                ("lunch", "午餐", "Lunch", time(10, 45), time(13, 0)),
                ("dinner", "晚餐", "Dinner", time(16, 45), time(18, 30)),
            )
        ):
            session.add(
                MealPeriod(
                    site_id=site.id, code=period, name=name, name_en=english,
                    starts=starts, ends=ends, position=position,
                )
            )  # fmt: skip
        for period, price in (("breakfast", 500), ("lunch", 1300), ("dinner", 1200)):
            session.add(
                MealSet(
                    site_id=site.id, period_code=period, code="standard",
                    name="标准餐", name_en="Standard set", price_fen=price,
                )
            )  # fmt: skip
        session.add(Device(site_id=site.id, name="一号窗口", created_at=NOW))
        open_site_accounts(session, site_id=site.id)
        return site.id


def make_staff(username: str, *roles: Role, site_id: int, name: str = "") -> int:
    """Somebody with `roles` at a site and the password `PASSWORD`."""
    with transaction() as session:
        person = Staff(
            username=username,
            name=name or username,
            password_hash=_HASH,
            session_stamp=secrets.token_hex(8),
            created_at=NOW,
        )
        person.roles = [
            StaffRole(role=role, site_id=None if role is Role.ADMINISTRATOR else site_id)
            for role in roles
        ]
        session.add(person)
        session.flush()
        return person.id


def make_xiaoli(site_id: int) -> int:
    """小李, counter clerk."""
    return make_staff("xiaoli", Role.CLERK, site_id=site_id, name="小李")


def make_zhangjie(site_id: int) -> int:
    """张姐, manager."""
    return make_staff("zhangjie", Role.MANAGER, site_id=site_id, name="张姐")


def make_administrator(site_id: int) -> int:
    """An administrator."""
    return make_staff("guanliyuan", Role.ADMINISTRATOR, site_id=site_id, name="管理员")


def sign_in(client: FlaskClient, username: str) -> None:
    """Sign in through the page, as people do."""
    answer = client.post("/sign-in", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.get_data(as_text=True)


def make_unit(
    *,
    community: str = "金牛社区",
    compound: str = "金牛小区",
    building: str = "2栋",
    unit: str = "1单元",
) -> int:
    """A unit of the grid with everything above it; nodes that exist are used again."""
    with transaction() as session:
        parent: GridNode | None = None
        for level, name in zip(Level, (community, compound, building, unit), strict=True):
            query = select(GridNode).where(GridNode.name == name)
            query = query.where(
                GridNode.parent_id.is_(None) if parent is None else GridNode.parent_id == parent.id
            )
            node = session.scalars(query).one_or_none()
            if node is None:
                node = GridNode(
                    parent_id=parent.id if parent else None,
                    level=level, name=name, path="", leader_name="网格员", sort_key="",
                )  # fmt: skip
                session.add(node)
                session.flush()
                node.path = f"{parent.path if parent else '/'}{node.id}/"
                digits = "".join(filter(str.isdigit, name)).zfill(4)
                node.sort_key = f"{parent.sort_key if parent else ''}{digits}{name}/"
            parent = node
        assert parent is not None
        return parent.id


def make_resident(
    name: str,
    *,
    site_id: int,
    birthday: date | None,
    gender: str = "female",
    unit_id: int | None = None,
    room: str = "501",
    tags: tuple[str, ...] = (),
    **values: Any,
) -> int:
    """A person with a wallet and search keys; approved `tags` hold since 1 January 2026."""
    with transaction() as session:
        household = None
        if unit_id is not None:
            household = session.scalars(
                select(Household).where(Household.unit_id == unit_id, Household.room == room)
            ).one_or_none() or Household(unit_id=unit_id, room=room)
            session.add(household)
            session.flush()
        resident = Resident(
            name=name,
            sort_name=sort_key(name),
            site_id=site_id,
            birthday=birthday,
            gender=gender,
            household_id=household.id if household else None,
            created_at=NOW,
            **{
                "hukou_city": "南昌市",
                "hukou_district": "青云谱区",
                "hukou_town": "金牛街道",
                **values,
            },
        )
        session.add(resident)
        session.flush()
        for key in search_keys(name):
            session.add(SearchKey(resident_id=resident.id, key=key))
        for tag in tags:
            session.add(
                ResidentTag(
                    resident_id=resident.id, tag=tag, valid_from=date(2026, 1, 1),
                    evidence="低保证 2026-031，区民政局", recorded_at=NOW,
                    state=TagState.APPROVED, decided_at=NOW,
                )
            )  # fmt: skip
        open_wallet(session, resident_id=resident.id)
        return resident.id


def approve_all_tags() -> None:
    """Every proposal is approved, as a second person would have done."""
    with transaction() as session:
        session.execute(
            update(ResidentTag)
            .where(ResidentTag.state == TagState.PROPOSED)
            .values(state=TagState.APPROVED, decided_at=NOW)
        )


def make_chen(site_id: int, **values: Any) -> int:
    """陈奶奶, 82, 低保, lives alone on the fifth floor of 2栋1单元."""
    return make_resident(
        "陈桂英",
        site_id=site_id,
        birthday=date(1944, 3, 5),
        unit_id=values.pop("unit_id", None) or make_unit(),
        room="501",
        tags=values.pop("tags", ("dibao", "living_alone")),
        phone="13800000101",
        phone_tail="0101",
        mobility="homebound",
        **values,
    )


def make_wang(site_id: int, **values: Any) -> int:
    """王爷爷, 67, pays full."""
    return make_resident(
        "王德福",
        site_id=site_id,
        birthday=date(1959, 6, 1),
        gender="male",
        unit_id=values.pop("unit_id", None) or make_unit(),
        room="202",
        phone="13800000202",
        phone_tail="0202",
        **values,
    )


def make_funder(code: str, level: str = "district", name: str = "区民政局") -> None:
    """Somebody who pays, with an account."""
    with transaction() as session:
        session.add(Funder(code=code, name=name, level=level))
        open_funder(session, funder_code=code)


def wallet_of(resident_id: int) -> Account:
    """The wallet of a person, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(Account).where(Account.resident_id == resident_id)).one()
