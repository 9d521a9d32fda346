"""What templates may say: money, days and names in the reader's language, icons, assets."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from canteen.blueprints.access import may_open
from canteen.blueprints.context import own_sites
from canteen.blueprints.languages import ENGLISH, choose_language
from canteen.blueprints.scripts import script_address
from canteen.config import PACKAGE
from canteen.foundation.database import db
from canteen.settlement.trays import TAPPED, TYPED, WITH
from canteen.sites import queries as sites


def install(app: Flask) -> None:
    """Register filters and globals."""
    app.jinja_env.filters.update(
        yuan=yuan,
        day=day,
        long_day=long_day,
        clock=clock,
        moment=moment,
        dated_moment=dated_moment,
        local_day=local_day,
        named=named,
        set_name=set_name,
        percent=percent,
    )
    app.jinja_env.globals.update(
        html_lang=html_lang,
        asset=asset,
        icon=icon,
        navigation=navigation,
        may_open=may_open,
        own_sites=own_sites,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def is_english() -> bool:
    """Whether the reader gets English."""
    english: bool | None = g.get("english")
    if english is None:
        english = g.english = choose_language() == ENGLISH
    return english


def html_lang() -> str:
    """The language of the page, for the lang attribute."""
    return "en" if is_english() else "zh-CN"


def set_name(stored: str) -> str:
    """The set a meal was sold as, in the reader's language where a set of that name has one."""
    if not is_english():
        return stored
    if "english_sets" not in g:
        trays = {TAPPED: str(_l("单点")), TYPED: str(_l("自选"))}
        g.english_sets = trays | sites.english_set_names(db.session())
    if stored in g.english_sets or WITH not in stored:
        return str(g.english_sets.get(stored, stored))
    of_set, _with, added = stored.rpartition(WITH)
    return " + ".join(str(g.english_sets.get(part, part)) for part in (of_set, added))


def yuan(fen: int | None) -> str:
    """1350 as ¥13.50, with thousands separated; unknown as a dash."""
    if fen is None:
        return "—"
    whole, cents = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}¥{whole:,}.{cents:02d}"


def percent(part: int, whole: int) -> str:
    """A rate computed from its parts, two decimals; a dash where there is no whole."""
    return f"{part * 100 / whole:.2f}%" if whole else "—"


def day(value: date | None) -> str:
    """11月22日 周日 / Sun 22 Nov."""
    if value is None:
        return "—"
    return format_date(value, "EEE d MMM" if is_english() else "M月d日 EEE", locale=_locale())


def long_day(value: date | None) -> str:
    """2026年11月22日 / 22 November 2026."""
    if value is None:
        return "—"
    return format_date(value, "d MMMM y" if is_english() else "y年M月d日", locale=_locale())


def clock(value: datetime | None) -> str:
    """The time of an instant at the current site: 11:42."""
    return value.astimezone(_zone()).strftime("%H:%M") if value else "—"


def moment(value: datetime | None) -> str:
    """Day and time of an instant at the current site."""
    return f"{day(value.astimezone(_zone()).date())} {clock(value)}" if value else "—"


def dated_moment(value: datetime | None) -> str:
    """Day with its year, and time, of an instant at the current site: for lists that go back
    years."""
    if value is None:
        return "—"
    local = value.astimezone(_zone())
    pattern = "d MMM y" if is_english() else "y年M月d日"
    return f"{format_date(local.date(), pattern, locale=_locale())} {clock(value)}"


def local_day(value: datetime) -> date:
    """The day of an instant at the current site."""
    return value.astimezone(_zone()).date()


def named(thing: Any) -> str:
    """The name of a row that has `name` and perhaps `name_en`."""
    return (thing.name_en or thing.name) if is_english() else thing.name


def asset(name: str) -> str:
    """The address of a static file with a mark of its content, so that it may be kept."""
    if name.endswith(".js"):
        return script_address(name)
    return url_for("static", filename=name, v=_fingerprint(name))


def icon(name: str) -> Markup:
    """A drawing of our own from the sprite; words always stand beside it."""
    address = f"{asset('icons/sprite.svg')}#{name}"
    return Markup('<svg aria-hidden="true" focusable="false"><use href="{}"/></svg>').format(
        address
    )


@dataclass(frozen=True)
class NavigationItem:
    """One line of the menu."""

    text: Any
    icon: str
    url: str
    current: bool


_ROOMS = (
    ("home.today", "today", _l("今天")),
    ("settlement.till", "till", _l("收银窗口")),
    ("settlement.meals", "receipt", _l("用餐记录")),
    ("shifts.shifts", "cash", _l("班次")),
    ("menus.this_week", "menu-book", _l("菜单")),
    ("menus.dishes", "dish", _l("菜品库")),
    ("kitchen.purchases_now", "basket", _l("采购")),
    ("residents.people", "people", _l("居民")),
    ("cards.cards", "card", _l("餐卡")),
    ("delivery.rosters", "delivery", _l("送餐")),
    ("delivery.own_round", "round", _l("我的送餐")),
    ("delivery.volunteers", "hands", _l("志愿者")),
    ("claims.receivables", "claim", _l("结算报账")),
    ("subsidies.policies", "policy", _l("补贴政策")),
    ("statistics.counts", "chart", _l("统计")),
    ("staff.everybody", "staff", _l("员工")),
    ("sites.settings", "settings", _l("设置")),
)


_BESIDE = (
    ("/menus/slots", "menus.dishes"),
    ("/menus/planning-rules", "menus.dishes"),
    ("/ingredients", "menus.dishes"),
    ("/ratings", "menus.dishes"),
    ("/grid", "residents.people"),
    ("/approvals", "residents.people"),
    ("/expiring-tags", "residents.people"),
    ("/delivery", "delivery.rosters"),
    ("/requests", "delivery.rosters"),
    ("/funders", "statistics.counts"),
)
"""Addresses that belong to a room without lying below its own address."""


def navigation() -> Iterator[NavigationItem]:
    """The rooms the signed-in person may enter; one of them is where they are."""
    inside = _room_of(request.path)
    for endpoint, picture, text in _ROOMS:
        if endpoint in current_app.view_functions and may_open(endpoint):
            here = endpoint == inside
            yield NavigationItem(text=text, icon=picture, url=url_for(endpoint), current=here)


def _room_of(path: str) -> str | None:
    """The room an address belongs to: the one with the longest beginning in common."""
    rooms = [(url_for(name), name) for name, *_ in _ROOMS if name in current_app.view_functions]
    within = [
        (address, name)
        for address, name in (*rooms, *_BESIDE)
        if path == address or (address != "/" and path.startswith(f"{address}/"))
    ]
    return max(within, key=lambda pair: len(pair[0]), default=("", None))[1]


def _locale() -> str:
    return "en" if is_english() else "zh_Hans_CN"


def _zone() -> ZoneInfo:
    site = g.get("site")
    return ZoneInfo(site.time_zone if site else "Asia/Shanghai")


@lru_cache(maxsize=512)
def _hash_of(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _fingerprint(name: str) -> str:
    path = PACKAGE / "static" / name
    return _hash_of(path, path.stat().st_mtime_ns)
