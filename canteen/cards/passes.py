"""Passes that policies sell: a year pass, a month pass. Sold for cash, never overlapping."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.calendar import service_date
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.booking import (
    POLICY_LENGTH,
    Movement,
    Occasion,
    book,
    cash,
    change_wallet,
    revenue,
)
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.reversing import no_shift_to_give_back, reverse_transfer
from canteen.ledger.shifts.finding import no_shift_for_cash
from canteen.residents.models import Resident, Status
from canteen.sites.models import Site
from canteen.subsidies.models import PolicyVersion, ResidentPass
from canteen.subsidies.policy import Pass, Policy
from canteen.subsidies.queries import newest_policies, policies_at

TRIES = 3
MOST_SHOWN = 20


@dataclass(frozen=True)
class Offer:
    """A pass that is sold at a site, under which policy."""

    policy: Policy
    sold: Pass


@dataclass(frozen=True, kw_only=True)
class PassOrder:
    """Somebody buys a pass. `request_id` was made with the form: sent twice, it is one."""

    resident_id: int
    policy_code: str
    pass_code: str
    request_id: UUID
    site_id: int
    service_date: date
    by: int
    device_id: int | None = None
    """The counter it is sold at; None: a desk without one."""


@dataclass(frozen=True)
class PassSold:
    """A pass that was sold; both days count. `repeat` marks a second answer."""

    valid_from: date
    valid_until: date
    price_fen: int
    repeat: bool = False


@dataclass(frozen=True)
class HeldPass:
    """A pass of somebody, with its names and where it was sold."""

    row: ResidentPass
    name_zh: str
    name_en: str
    site_name: str
    site_name_en: str
    may_cancel: bool
    """Sold today, and no later one follows it."""


def offers(session: Session, *, site_id: int, day: date) -> Sequence[Offer]:
    """Every pass of the policies in force at a site."""
    policies = policies_at(session, site_id=site_id, service_date=day)
    return [Offer(policy, sold) for policy in policies for sold in policy.passes]


def passes_of(session: Session, resident_id: int, *, now: datetime) -> Sequence[HeldPass]:
    """A person's passes, the latest first; names as the newest version of the policy has them."""
    rows = session.execute(
        select(ResidentPass, Site)
        .join(Site, Site.id == ResidentPass.site_id)
        .where(ResidentPass.resident_id == resident_id)
        .order_by(ResidentPass.valid_until.desc(), ResidentPass.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    versions = select(
        literal(0), PolicyVersion.code, PolicyVersion.version, PolicyVersion.id
    ).where(PolicyVersion.code.in_({row.policy_code for row, _site in rows}))
    policies = newest_policies(session, list(session.execute(versions)))
    names = {(p.code, sold.code): sold.name for p in policies for sold in p.passes}
    held: list[HeldPass] = []
    for row, site in rows:
        name = names.get((row.policy_code, row.pass_code))
        zh, en = (name.zh, name.en) if name else (row.pass_code, row.pass_code)
        followed = any(
            (later.row.policy_code, later.row.pass_code) == (row.policy_code, row.pass_code)
            for later in held
        )
        may_cancel = not followed and _sold_today(row, site, now)
        held.append(HeldPass(row, zh, en, site.name, site.name_en or site.name, may_cancel))
    return held


@retried
def sell_pass(order: PassOrder, *, now: datetime) -> PassSold | Refusal:
    """Sell a pass for cash, from today or from the day after the one that still runs.

    Raises NoResultFound for an unknown person. Codes: pass_unknown, pass_holder_ended,
    shift_needed_for_cash, request_reused.
    """
    for _attempt in range(TRIES):
        try:
            with transaction() as session:
                return _sell(session, order, now)
        except IntegrityError as error:
            if not _sent_before(error):
                raise
    return Refusal("request_reused")


@retried
def cancel_pass(
    *,
    resident_id: int,
    pass_id: int,
    by: int,
    now: datetime,
    is_used: Callable[[Session, ResidentPass], bool],
) -> Refusal | None:
    """Take a pass back on the day it was sold, and its price out of the takings.

    `is_used` knows the meals, which this room does not; the wallet's turn is taken before it
    looks, so that a meal at a counter comes before or after. Harmless twice. Codes:
    pass_sold_earlier, pass_used, pass_followed (a later pass begins after it),
    shift_needed_for_cash.
    """
    with transaction() as session:
        change_wallet(session, resident_id=resident_id, change_fen=0)
        row = session.get(ResidentPass, pass_id, with_for_update=True)
        if row is None or row.resident_id != resident_id:
            return None
        if not _sold_today(row, session.get_one(Site, row.site_id), now):
            return Refusal("pass_sold_earlier")
        if is_used(session, row):
            return Refusal("pass_used")
        if _latest_day(session, row.resident_id, row.policy_code, row.pass_code) > row.valid_until:
            return Refusal("pass_followed")
        if no_shift_to_give_back(session, by=by, site_id=row.site_id, request_id=row.request_id):
            return Refusal("shift_needed_for_cash")
        sale = select(Transfer.id).where(Transfer.request_id == row.request_id)
        for transfer_id in session.scalars(sale).all():
            reverse_transfer(
                session,
                transfer_id=transfer_id,
                now=now,
                by=by,
                note=f"pass {pass_id} cancelled",
                till=True,
            )
        session.execute(delete(ResidentPass).where(ResidentPass.id == pass_id))
        note = f"{row.policy_code}/{row.pass_code} {row.valid_from} – {row.valid_until}"
        _record(session, "cancelled_pass", row.resident_id, by, now, note)
        return None


def _sold_today(row: ResidentPass, site: Site, now: datetime) -> bool:
    return service_date(row.sold_at, site.time_zone) == service_date(now, site.time_zone)


def _sell(session: Session, order: PassOrder, now: datetime) -> PassSold | Refusal:
    change_wallet(session, resident_id=order.resident_id, change_fen=0)  # one sale at a time
    earlier = session.scalars(
        select(ResidentPass).where(ResidentPass.request_id == order.request_id)
    ).one_or_none()
    if earlier is not None:
        return _answer_again(earlier, order)
    person = session.get_one(Resident, order.resident_id)
    if person.status != Status.ACTIVE:
        return Refusal("pass_holder_ended")
    sold = _offered(session, order)
    if sold is None:
        return Refusal("pass_unknown")
    last = _latest_day(session, order.resident_id, order.policy_code, order.pass_code)
    begins = max(order.service_date, last + timedelta(days=1))
    if sold.price_fen and no_shift_for_cash(
        session, site_id=order.site_id, device_id=order.device_id, by=order.by
    ):
        return Refusal("shift_needed_for_cash")
    row = ResidentPass(
        resident_id=order.resident_id,
        policy_code=order.policy_code,
        pass_code=order.pass_code,
        valid_from=begins,
        valid_until=begins + timedelta(days=sold.days - 1),
        price_fen=sold.price_fen,
        request_id=order.request_id,
        site_id=order.site_id,
        sold_by=order.by,
        sold_at=now,
    )
    session.add(row)
    session.flush()
    _take_cash(session, order, sold, now)
    note = f"{order.policy_code}/{order.pass_code} {row.valid_from} – {row.valid_until}"
    _record(session, "sold_pass", order.resident_id, order.by, now, note)
    return PassSold(row.valid_from, row.valid_until, row.price_fen)


def _answer_again(earlier: ResidentPass, order: PassOrder) -> PassSold | Refusal:
    same = (earlier.resident_id, earlier.policy_code, earlier.pass_code) == (
        order.resident_id,
        order.policy_code,
        order.pass_code,
    )
    if not same:
        return Refusal("request_reused")
    return PassSold(earlier.valid_from, earlier.valid_until, earlier.price_fen, repeat=True)


def _offered(session: Session, order: PassOrder) -> Pass | None:
    for offer in offers(session, site_id=order.site_id, day=order.service_date):
        if (offer.policy.code, offer.sold.code) == (order.policy_code, order.pass_code):
            return offer.sold
    return None


def _latest_day(session: Session, resident_id: int, policy: str, code: str) -> date:
    """The last day of the latest pass of a kind that somebody holds."""
    last = session.scalar(
        select(ResidentPass.valid_until)
        .where(
            ResidentPass.resident_id == resident_id,
            ResidentPass.policy_code == policy,
            ResidentPass.pass_code == code,
        )
        .order_by(ResidentPass.valid_until.desc())
        .limit(1)
    )
    return last or date.min


def _take_cash(session: Session, order: PassOrder, sold: Pass, now: datetime) -> None:
    if not sold.price_fen:
        return
    movement = Movement(
        debit=cash(order.site_id),
        credit=revenue(order.site_id),
        amount_fen=sold.price_fen,
        kind=TransferKind.PASS_SALE,
        policy=f"{order.policy_code}/{order.pass_code}"[:POLICY_LENGTH],
    )
    occasion = Occasion(
        site_id=order.site_id,
        service_date=order.service_date,
        now=now,
        by=order.by,
        request_id=order.request_id,
        till=True,
        device_id=order.device_id,
    )
    book(session, [movement], occasion)


def _record(
    session: Session, action: str, resident_id: int, by: int, now: datetime, note: str
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject="resident",
        subject_id=resident_id, note=note,
    )  # fmt: skip


def _sent_before(error: IntegrityError) -> bool:
    return broke(error, "uq_transfers_request_id", "transfers.request_id") or broke(
        error, "uq_resident_passes_request_id", "resident_passes.request_id"
    )
