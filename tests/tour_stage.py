"""The demo behind a server at lunch time, and the people and papers the tour looks at."""

import contextlib
import io
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import ColumnElement, select, update
from waitress.server import create_server
from werkzeug.security import generate_password_hash

from canteen.blueprints import context
from canteen.blueprints.menus.photos import photo_folder
from canteen.blueprints.signin import limiter
from canteen.cards.actions import report_card_lost
from canteen.cards.departure import end_residence
from canteen.cards.models import Card, CardState
from canteen.cards.tokens import make_token
from canteen.claims.models import Claim
from canteen.delivery.contact import links as contact_links
from canteen.delivery.models import Roster, RosterStop, Volunteer
from canteen.delivery.paper import links as sheet_links
from canteen.delivery.routes import actions as route_actions
from canteen.delivery.routes import documents as route_documents
from canteen.delivery.routes import facts as route_facts
from canteen.delivery.routes.jobs import document_of
from canteen.delivery.routing.distances import Table
from canteen.delivery.routing.search import Clock
from canteen.delivery.routing.solving import solve
from canteen.delivery.volunteering.links import make_link
from canteen.delivery.volunteering.models import VolunteerAbsence
from canteen.delivery.watching.models import Alarm
from canteen.demo import database
from canteen.demo.build import build
from canteen.demo.cast import CHEN, LI
from canteen.demo.ground import CHARITY, PASSWORD
from canteen.demo.size import FULL
from canteen.demo.world import ZONE
from canteen.foundation import storage
from canteen.foundation.calendar import service_date, week_name
from canteen.foundation.certificates import Names, Shelf
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import Job, JobState
from canteen.ledger.founding import found_site
from canteen.ledger.models import Account
from canteen.ledger.shifts.actions import (
    CashMove,
    Closing,
    Opening,
    Way,
    close_shift,
    move_cash,
    open_shift,
)
from canteen.ledger.shifts.rules import Count
from canteen.menus import actions as menus
from canteen.menus.models import MenuEntry, MenuWeek
from canteen.menus.photos import put_photo
from canteen.menus.plan_actions import keep_offer, save_planning_rules
from canteen.menus.plan_asked import Asked
from canteen.menus.plan_documents import offer_of
from canteen.menus.plan_facts import Read, read_facts
from canteen.menus.plan_making import make_plan
from canteen.menus.plan_settings import Ban
from canteen.residents.models import GridNode, Resident, Status
from canteen.settlement.actions import settle_meal, undo_meal
from canteen.settlement.models import Meal
from canteen.settlement.offline.models import OfflineMeal
from canteen.settlement.printing import actions as printing
from canteen.settlement.rules import Order
from canteen.sites.models import Device, MealSet, Site
from canteen.staff.actions import add_staff
from canteen.staff.models import Staff
from canteen.staff.rules import Role
from canteen.subsidies.drafts import begin_draft
from canteen.subsidies.models import PolicyVersion
from tests.tour_offline import fail_at_some

REGISTER = (
    "姓名,性别,出生日期,身份证号,电话,社区,小区,楼栋,单元,房号,标签,证明,标签起\n"
    "赵秀兰,女,1944-03-05,,13900000001,幸福里社区,幸福里东区,1栋,1单元,101,低保,低保证,2026-01-01\n"
    "钱大海,男,1950-13-40,,13900000002,幸福里社区,幸福里东区,1栋,1单元,102,,,\n"
    "孙美玉,女,1948-07-09,110101194807091234,12,幸福里社区,幸福里东区,1栋,1单元,9,无此类,,\n"
)
"""A small register with a good row and rows that a person has to mend."""


@dataclass(frozen=True)
class Facts:
    """What addresses are made of."""

    base: str
    now: datetime
    site_code: str
    chen: int
    li: int
    dish: int
    building: int
    alarm: int
    meal: str
    roster: int
    stop: int
    volunteer: int
    absent: int
    away: str
    duties: str
    card_code: str
    sheet_over: str
    card: int
    ten: str
    claim: int
    job: int
    stopped: int
    failed: int
    imported: int
    dishes_imported: int
    rechecked: int
    plan: int
    plan_change: int
    plan_conflict: int
    draft: int
    gone: int
    shift: int
    closed_shift: int
    rounds: int
    tomorrow: str
    printer: int
    this_week: str
    next_week: str
    cards: "Deck"


class Deck:
    """Cards for the counter, each good for one scan; a scan books a meal for good."""

    def __init__(self, app: Flask, now: datetime) -> None:
        self._app, self._now = app, now
        self._used: set[int] = set()

    def hungry(self) -> str:
        """A card with money whose holder has not had lunch."""
        return self._pick(Card.state == CardState.ACTIVE, Account.balance_fen > 20_00, eaten=False)

    def poor(self) -> str:
        """The same, but the money is gone: only for a picture, the books no longer agree."""
        token = self.hungry()
        with self._app.app_context():
            holder = select(Card.resident_id).where(Card.number == token[:8])
            broke = update(Account).where(Account.resident_id.in_(holder)).values(balance_fen=1_50)
            db.session.execute(broke)
            db.session.commit()
        return token

    def fed(self) -> str:
        """A card that had its lunch."""
        return self._pick(Card.state == CardState.ACTIVE, eaten=True)

    def lost(self) -> str:
        """A card that its holder reported lost a moment ago."""
        token = self.hungry()
        with self._app.app_context():
            card_id = db.session.scalars(
                select(Card.id).where(Card.number == token[:8], Card.state == CardState.ACTIVE)
            ).one()
            db.session.remove()
            report_card_lost(card_id=card_id, now=self._now, by=1)
        return token

    def replaced(self) -> str:
        """A card whose holder has a newer one."""
        return self._pick(Card.state == CardState.REPLACED, eaten=None)

    def nobody(self) -> str:
        """A genuine code of a number that was never given out."""
        return self._token("99999999", 0)

    def forged(self) -> str:
        """A code whose last digits were made up."""
        token = self.hungry()
        return token[:-1] + str((int(token[-1]) + 1) % 10)

    def _token(self, number: str, issue: int) -> str:
        with self._app.app_context():
            return make_token(number, issue, storage.keys().card[0])

    def _pick(self, *wanted: ColumnElement[bool], eaten: bool | None) -> str:
        today = service_date(self._now, ZONE.key)
        lunch = select(Meal.id).where(
            Meal.resident_id == Resident.id,
            Meal.service_date == today,
            Meal.period_code == "lunch",
            Meal.voided_at.is_(None),
        )
        query = (
            select(Card)
            .join(Resident, Resident.id == Card.resident_id)
            .join(Account, Account.resident_id == Resident.id)
            .where(Resident.status == Status.ACTIVE, Card.id.not_in(self._used), *wanted)
            .order_by(Card.id)
        )
        if eaten is not None:
            query = query.where(lunch.exists() if eaten else ~lunch.exists())
        with self._app.app_context():
            card = db.session.scalars(query.limit(1)).first()
            if card is None:
                raise LookupError(f"no card for {wanted}")
            if eaten is not None:
                self._used.add(card.id)
            return self._token(card.number, card.issue)


@contextlib.contextmanager
def stage() -> Iterator[Facts]:
    """Build the demo in a folder of its own, serve it, and clear everything away."""
    now = lunch_time(datetime.now(UTC))
    folder = Path(tempfile.mkdtemp(prefix="canteen-tour-"))
    try:
        with database.opened(folder, None) as app, _clock_at(now):
            with app.test_request_context():
                storage.upgrade_database()
                build(now=now, keys=storage.keys(), tell=lambda _what, _done: None, size=FULL)
                _put_repeats(now)
                _put_photos(photo_folder(app.config), now)
                known = _facts(now)
                _judged_otherwise(now)
                _found_another(now)
                fail_at_some(now)
                db.session.remove()
            limiter.enabled = False  # a short tour signs in more often than people may
            _serve_https_somewhere(app, folder, now)

            with _served(_dated(app.wsgi_app, now)) as base:
                yield Facts(base=base, now=now, cards=Deck(app, now), **known)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve_https_somewhere(app: Flask, folder: Path, now: datetime) -> None:
    """The page that explains the certificate as `canteen serve --https` shows it."""
    own = Names(("canteen-pc", "localhost"), (ip_address("127.0.0.1"),))
    Shelf(folder).make_ready(own=own, now=now)
    app.config.update(HTTPS_PORT=8443, HTTP_PORT=8080)


def lunch_time(now: datetime) -> datetime:
    """11:42 at the site, on the last working day up to today."""
    day = now.astimezone(ZONE).date()
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return datetime.combine(day, time(11, 42), tzinfo=ZONE).astimezone(UTC)


@contextlib.contextmanager
def _clock_at(now: datetime) -> Iterator[None]:
    """The one place where the application reads the clock reads this one."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return now.astimezone(tz)

    context.datetime = Stopped  # type: ignore[misc]
    try:
        yield
    finally:
        context.datetime = datetime  # type: ignore[misc]


@contextlib.contextmanager
def _served(application: Callable[..., Any]) -> Iterator[str]:
    server = create_server(application, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=_run, args=(server,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=5)


def _dated(application: Callable[..., Any], now: datetime) -> Callable[..., Any]:
    """Answers dated by the stopped clock: the counter's page sets its own clock by them."""
    stamp = ("Date", format_datetime(now, usegmt=True))

    def dated(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, stamp], *more)

        return application(environ, begin)

    return dated


def _run(server: Any) -> None:
    with contextlib.suppress(OSError):  # closing takes the socket away
        server.run()


def _next_monday(now: datetime) -> date:
    day = now.astimezone(ZONE).date()
    return day + timedelta(days=7 - day.weekday())


def _found_another(now: datetime) -> None:
    """A canteen founded this morning, with nothing in it but 吴姐, who is to set it up."""
    site_id = found_site(code="xinyuan", name="新苑社区食堂", now=now)
    assert isinstance(site_id, int), site_id
    made = add_staff(
        username="wujie", name="吴姐", password=PASSWORD, site_id=site_id,
        roles=[Role.MANAGER], now=now, by=None,
    )  # fmt: skip
    assert isinstance(made, int), made


def _put_repeats(now: datetime) -> None:
    """Next week as a kitchen leaves it at first: half full, one dish twice."""
    site_id = db.session.scalars(select(Site.id)).first()
    assert site_id is not None
    monday = _next_monday(now)
    menus.copy_week(site_id=site_id, monday=monday)
    entries = db.session.scalars(
        select(MenuEntry)
        .join(MenuWeek)
        .where(MenuWeek.monday == monday, MenuEntry.period_code == "lunch")
        .order_by(MenuEntry.service_date, MenuEntry.id)
    ).all()
    first = entries[0]
    dish_id, slot = first.dish_id, first.slot_code
    db.session.remove()
    for days in (2, 4):
        menus.place_dish(
            site_id=site_id, day=monday + timedelta(days=days), period="lunch",
            slot=slot, position=0, dish_id=dish_id,
        )  # fmt: skip
    menus.clear_day(site_id=site_id, day=monday + timedelta(days=6))


def _days_off(now: datetime) -> dict[str, Any]:
    """Somebody who will be away, and the link by which they could have said so."""
    today = service_date(now, ZONE.key)
    absence = db.session.scalars(
        select(VolunteerAbsence)
        .where(VolunteerAbsence.service_date > today)
        .order_by(VolunteerAbsence.substitute_id.is_not(None))
    ).first()
    assert absence is not None
    return {
        "absent": absence.volunteer_id,
        "away": absence.service_date.isoformat(),
        "duties": make_link(absence.volunteer_id, now=now, secrets=[storage.keys().session]),
    }


def _codes(now: datetime) -> dict[str, str]:
    """The code on 陈奶奶's contact card, and that of a sheet whose round is over."""
    secrets = storage.keys().paper
    home = _one(select(Resident.household_id).where(Resident.name == CHEN.name))
    card = contact_links.CardLink(
        site_id=_one(select(Site.id).order_by(Site.id)), household_id=home, issue=0
    )
    over = sheet_links.make_link(
        roster_id=_one(select(Roster.id)), volunteer_id=_one(select(Volunteer.id)),
        ends=now - timedelta(days=1), secrets=secrets,
    )  # fmt: skip
    return {"card_code": contact_links.make_link(card, secrets=secrets), "sheet_over": over}


def _put_photos(folder: Path, now: datetime) -> None:
    """A photo of every second dish of today's lunch: painted, a plate with something on it."""
    today = service_date(now, ZONE.key)
    lunch = (MenuEntry.service_date == today, MenuEntry.period_code == "lunch")
    dishes = db.session.scalars(select(MenuEntry.dish_id).where(*lunch).order_by(MenuEntry.id))
    for number, dish_id in enumerate(list(dishes)[::2]):
        db.session.remove()
        put_photo(folder, dish_id=dish_id, data=_plate(number), now=now, by=None)


def _plate(number: int) -> bytes:
    food = ("#8c3b1f", "#4f7f35", "#c98b2b", "#b5523a", "#6d8f5a")[number % 5]
    picture = Image.new("RGB", (1200, 900), "#d8c6a9")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((150, 100, 1050, 800), fill="#fbfbf8", outline="#c9c4b8", width=8)
    for bit in range(24):
        x, y = 320 + (bit * 193) % 480, 260 + (bit * bit * 37) % 340
        pen.ellipse((x, y, x + 130, y + 100), fill=food, outline="#3a2a1c", width=4)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _facts(now: datetime) -> dict[str, Any]:
    today = service_date(now, ZONE.key)
    return {
        "site_code": _one(select(Site.code)),
        "chen": _one(select(Resident.id).where(Resident.name == CHEN.name)),
        "li": _one(select(Resident.id).where(Resident.name == LI.name)),
        "dish": _one(select(MenuEntry.dish_id).where(MenuEntry.period_code == "lunch")),
        "building": _one(select(GridNode.id).where(GridNode.level == "building")),
        "alarm": _one(select(Alarm.id).where(Alarm.ended_at.is_(None)).order_by(Alarm.id.desc())),
        "meal": str(
            _one(select(Meal.id).where(Meal.service_date == today, Meal.period_code == "lunch"))
        ),
        "roster": _one(select(Roster.id).where(Roster.service_date == today)),
        "stop": _one(select(RosterStop.id).join(Roster).where(Roster.service_date == today)),
        "volunteer": _one(select(Volunteer.id)),
        **_days_off(now),
        **_codes(now),
        "card": _one(
            select(Card.id).join(Resident, Resident.id == Card.resident_id)
            .where(Resident.name == LI.name, Card.state == CardState.ACTIVE)
        ),
        "ten": "&".join(
            f"card={card_id}"
            for card_id in db.session.scalars(
                select(Card.id).where(Card.state == CardState.ACTIVE).order_by(Card.id).limit(10)
            )
        ),
        "claim": _one(select(Claim.id).order_by(Claim.last_day.desc(), Claim.id.desc())
                      .where(Claim.funder_code != CHARITY)),
        "job": _job_under_way(now),
        "stopped": _job_that_ended(JobState.CANCELLED, now),
        "failed": _job_that_ended(JobState.FAILED, now),
        "imported": _taken_up("import_residents", _REGISTERED, now),
        "dishes_imported": _taken_up("import_dishes", {"new": 9_641, "changed": 359}, now),
        "rechecked": _taken_up("recheck_residents", _RECHECKED, now),
        **_plans(now),
        "draft": _draft_of_a_policy(now),
        "gone": _somebody_gone(now),
        **_shifts(now),
        "rounds": _rounds_on_offer(now),
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "printer": _printer_without_paper(now),
        "this_week": week_name(today),
        "next_week": week_name(_next_monday(now)),
    }  # fmt: skip


def _shifts(now: datetime) -> dict[str, int]:
    """A shift of 小李's that was closed three yuan short, one that is open, and two PINs."""
    site = db.session.scalars(select(Site)).first()
    li = _one(select(Staff.id).where(Staff.username == "xiaoli"))
    device = _one(select(Device.id).order_by(Device.id))
    assert site is not None
    site_id, day = site.id, service_date(now, ZONE.key)
    db.session.execute(
        update(Staff)
        .where(Staff.username.in_(("xiaoli", "zhangjie")))
        .values(pin_hash=generate_password_hash("2580"))
    )
    db.session.commit()
    made = []
    for hours in (4, 1):
        began = now - timedelta(hours=hours)
        notes = Count(total_fen=300_00, pieces=((50_00, 4), (10_00, 8), (1_00, 20)))
        opening = Opening(site_id=site_id, device_id=device, by=li, count=notes, request_id=uuid4())
        shift = open_shift(opening, now=began)
        assert isinstance(shift, int), shift
        made.append(shift)
        _work(shift, site_id, device, li, day, began)
        if hours == 4:
            counted = Count(total_fen=230_00, pieces=((100_00, 1), (50_00, 2), (1_00, 30)))
            closing = Closing(
                shift_id=shift, count=counted, reason="有一笔找错零钱", service_date=day, by=li
            )
            close_shift(closing, now=began + timedelta(hours=2))
    db.session.remove()
    return {"closed_shift": made[0], "shift": made[1]}


def _work(shift: int, site_id: int, device: int, li: int, day: date, at: datetime) -> None:
    """Three guests, one of them taken back, and change brought to the bank."""
    order = Order(
        meal_id=uuid4(), site_id=site_id, device_id=device, clerk_id=li, period_code="lunch",
        set_code=_one(select(MealSet.code).where(MealSet.period_code == "lunch")), guest=True,
    )  # fmt: skip
    for _guest in range(3):
        order = replace(order, meal_id=uuid4())
        settle_meal(order=order, service_date=day, now=at)
    undo_meal(meal_id=order.meal_id, clerk_id=li, site_id=site_id, now=at)
    move_cash(
        CashMove(
            shift_id=shift, way=Way.OUT, amount_fen=87_00, reason="交银行", request_id=uuid4(),
            service_date=day, by=li,
        ),
        now=at,
    )  # fmt: skip


def _draft_of_a_policy(now: datetime) -> int:
    """The city's next version, begun from the one in force."""
    document = _one(select(PolicyVersion.document).where(PolicyVersion.code == "nanchang"))
    document = document.replace("yuan = 4", "yuan = 5")
    begun = begin_draft(document=document, now=now, by=1)
    assert isinstance(begun, tuple), begun
    return begun[0]


def _somebody_gone(now: datetime) -> int:
    """One who ate here until yesterday and, it turns out, had moved away weeks before."""
    today = service_date(now, ZONE.key)
    diner: int = _one(
        select(Meal.resident_id)
        .join(Resident, Resident.id == Meal.resident_id)
        .where(Meal.subsidy_fen > 0, Resident.name.not_in((CHEN.name, LI.name)))
        .where(Meal.service_date == today - timedelta(days=1))
        .order_by(Meal.resident_id)
    )
    refused = end_residence(
        resident_id=diner, status=Status.MOVED, ended_on=today - timedelta(days=20),
        today=today, now=now, by=1,
    )  # fmt: skip
    assert refused is None, refused
    return diner


def _job_under_way(now: datetime) -> int:
    """A large claim on its way, as its page shows it."""
    with transaction() as session:
        job = Job(
            kind="close_claim", state=JobState.RUNNING, done=90_000, total=250_000,
            site_id=_one(select(Site.id)), asked_at=now, seen_at=now,
        )  # fmt: skip
        session.add(job)
        session.flush()
        return job.id


def _job_that_ended(state: JobState, now: datetime) -> int:
    """An import that somebody stopped, or that broke off."""
    with transaction() as session:
        job = Job(
            kind="import_residents", state=state, done=7_400, total=20_000,
            site_id=_one(select(Site.id)), asked_at=now, seen_at=now, ended_at=now,
        )  # fmt: skip
        session.add(job)
        session.flush()
        return job.id


def _judged_otherwise(now: datetime) -> None:
    """Meals that a counter served alone and the books judge otherwise."""
    meals = db.session.scalars(
        select(Meal).where(Meal.resident_id.is_not(None)).order_by(Meal.created_at.desc()).limit(3)
    )
    facts = [(meal.id, meal.site_id) for meal in meals]
    db.session.remove()
    reasons = ("already_eaten", "clock_wrong", "resident_unknown")
    with transaction() as session:
        for place, ((meal_id, site_id), reason) in enumerate(zip(facts, reasons, strict=True)):
            session.add(
                OfflineMeal(
                    meal_id=meal_id, site_id=site_id, sequence=place + 1,
                    device_at=now - timedelta(minutes=40), received_at=now,
                    shown_subsidy_fen=4_00, shown_paid_fen=9_00, reason=reason,
                    carried_fen=4_00 if reason == "already_eaten" else 0,
                )
            )  # fmt: skip


_RECHECKED = {"ended": 84, "kept": 1_911, "unknown": 203}
_REGISTERED = {"new": 18_422, "changed": 316, "unchanged": 1_262, "proposed": 2_040}


def _taken_up(kind: str, taken_up: dict[str, int], now: datetime) -> int:
    """A large table that has been imported."""
    with transaction() as session:
        job = Job(
            kind=kind, state=JobState.DONE, result=json.dumps({"taken_up": taken_up}),
            site_id=_one(select(Site.id)), asked_at=now, seen_at=now, ended_at=now,
        )  # fmt: skip
        session.add(job)
        session.flush()
        return job.id


def _printer_without_paper(now: datetime) -> int:
    """The last counter's printer: one slip waits for paper, one is perhaps printed."""
    device_id: int = _one(select(Device.id).order_by(Device.id.desc()))
    meals = db.session.scalars(select(Meal.id).order_by(Meal.created_at.desc()).limit(2)).all()
    db.session.remove()
    values = {
        "connection": "network", "address": "192.168.3.50:9100", "paper_mm": 80,
        "receipts": True, "tickets": "own",
    }  # fmt: skip
    printing.save_printer(device_id=device_id, values=values, now=now, by=1)
    for meal_id in meals:
        printing.ask_reprint(meal_id=meal_id, device_id=device_id, now=now, by=1)
    for ended in (printing.broke_off, None):
        slip = printing.take_next(device_id=device_id, now=now)
        assert slip is not None
        db.session.expunge(slip)
        if ended is not None:
            ended(slip, now=now)
        else:
            printing.not_sent(slip, trouble="paper", now=now)
    return device_id


def _plans(now: datetime) -> dict[str, int]:
    """Offers to look at: two new weeks, a small change, and rules that cannot all hold."""
    site_id = _one(select(Site.id))
    after = _next_monday(now) + timedelta(days=7)
    change = {"kind": "change", "bans": (Ban(mark="contains:pork", reason="猪肉没有送到"),)}
    asked = {
        "plan": Asked(site_id=site_id, monday=after, weeks=2, seconds=10),
        "plan_change": Asked(site_id=site_id, monday=after - timedelta(days=7), **change),
    }
    plans = {name: _offered(one, now) for name, one in asked.items()}
    rules = {"budget_fen": {"lunch": 300}}
    save_planning_rules(site_id=site_id, document=rules, now=now, by=None)
    poor = Asked(site_id=site_id, monday=after + timedelta(days=14), periods=("lunch",), seconds=10)
    plans["plan_conflict"] = _offered(poor, now)
    save_planning_rules(site_id=site_id, document={}, now=now, by=None)
    return plans


def _rounds_on_offer(now: datetime) -> int:
    """Tomorrow's lunches carried in an order of the computer's."""
    asked = route_documents.Asked(
        site_id=_one(select(Site.id)), day=service_date(now, ZONE.key) + timedelta(days=1),
        period_code="lunch", cooked_at=10 * 3600 + 1800, leaves_from=10 * 3600 + 2400,
        back_by=12 * 3600 + 1800, hot_minutes=75,
    )  # fmt: skip
    question = route_facts.read_question(db.session(), asked)
    assert isinstance(question, route_facts.Read), question
    db.session.remove()
    found = solve(Table(question.question), seed=1, clock=Clock(2.0)).plan
    document = document_of(
        asked, found, question.question, question.grid,
        streets=route_documents.Streets(), by_streets="crow",
    )  # fmt: skip
    return route_actions.keep_offer(document, by=None, now=now)


def _offered(asked: Asked, now: datetime) -> int:
    read = read_facts(db.session(), asked)
    assert isinstance(read, Read), read
    db.session.remove()
    made = make_plan(read.facts, seconds=asked.seconds)
    return keep_offer(offer_of(read, made), now=now, by=None)


def _one(query: Any) -> Any:
    found: Sequence[Any] = db.session.scalars(query.limit(1)).all()
    assert found, f"the demo has nothing for {query}"
    return found[0]
