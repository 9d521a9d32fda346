"""The one read of a scan: everything a sale is decided by, in a single statement."""

from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
)

from canteen.cards.models import Card
from canteen.foundation.database import json_rows
from canteen.foundation.prepared import Prepared
from canteen.ledger.models import Account
from canteen.ledger.shifts.finding import which_shift
from canteen.menus.models import MenuEntry, MenuWeek
from canteen.residents.models import Household, Resident, ResidentTag, TagState
from canteen.settlement.models import Meal
from canteen.sites.models import CalendarDay, Device, MealSet, Site
from canteen.staff.queries import who
from canteen.subsidies.models import PolicyVersion, ResidentPass, SitePolicy
from canteen.subsidies.queries import versions_in_force

_TAGS: Any = ResidentTag.__table__
_PEOPLE: Any = Resident.__table__
_SETS: Any = MealSet.__table__
_MEALS: Any = Meal.__table__
_WEEKS: Any = MenuWeek.__table__
_ENTRIES: Any = MenuEntry.__table__
_SITES: Any = Site.__table__
_DAYS: Any = CalendarDay.__table__
_DOORS: Any = Household.__table__
_WALLETS: Any = Account.__table__
_CARDS: Any = Card.__table__
_DEVICES: Any = Device.__table__
_PASSES: Any = ResidentPass.__table__
_VERSIONS: Any = PolicyVersion.__table__
_ADOPTED: Any = SitePolicy.__table__


def _statement(dialect: str, by: str) -> Any:
    """The read, built once, in tables: one row whatever is or is not there."""
    day, site_id = bindparam("service_date", type_=Date()), bindparam("site_id", type_=Integer())
    device_id = bindparam("device_id", type_=Integer())
    home = _SITES.alias()
    tags = (
        select(json_rows(dialect, _TAGS.c.tag))
        .where(
            _TAGS.c.resident_id == _PEOPLE.c.id,
            _TAGS.c.state == literal_column(f"'{TagState.APPROVED}'"),
            _TAGS.c.valid_from <= day,
            or_(_TAGS.c.valid_until.is_(None), _TAGS.c.valid_until >= day),
        )
        .correlate(_PEOPLE)
        .scalar_subquery()
    )
    meals = (
        select(
            json_rows(
                dialect,
                _MEALS.c.id,
                _MEALS.c.service_date,
                _MEALS.c.period_code,
                _MEALS.c.paid_fen,
                _MEALS.c.paid_by,
                _MEALS.c.extra,
                _MEALS.c.created_at,
                case((_MEALS.c.withdrawn_at.is_(None), _MEALS.c.parts), else_=literal_column("''")),
            )
        )
        .where(
            _MEALS.c.resident_id == _PEOPLE.c.id,
            _MEALS.c.service_date >= _since(day, site_id),
            _MEALS.c.voided_at.is_(None),
        )
        .correlate(_PEOPLE)
        .scalar_subquery()
    )
    passes = (
        select(json_rows(dialect, _PASSES.c.policy_code, _PASSES.c.pass_code))
        .where(
            _PASSES.c.resident_id == _PEOPLE.c.id,
            _PASSES.c.valid_from <= day,
            _PASSES.c.valid_until >= day,
        )
        .correlate(_PEOPLE)
        .scalar_subquery()
    )
    menu_published = exists(
        select(literal(1))
        .select_from(_WEEKS)
        .join(_ENTRIES, _ENTRIES.c.week_id == _WEEKS.c.id)
        .where(
            _WEEKS.c.site_id == site_id,
            _WEEKS.c.monday == bindparam("monday", type_=Date()),
            _WEEKS.c.state == "published",
            _ENTRIES.c.service_date == day,
            _ENTRIES.c.period_code == bindparam("period_code"),
        )
    )
    query = (
        select(
            _SITES.c.time_zone,
            _SITES.c.city,
            _SITES.c.district,
            _SITES.c.town,
            _SITES.c.traits,
            _SITES.c.menu_required,
            _SITES.c.undo_seconds,
            _SITES.c.daily_card_limit_fen,
            _SITES.c.shift_required,
            _SETS.c.name.label("set_name"),
            _SETS.c.price_fen,
            _SETS.c.item_class,
            select(_DAYS.c.kind).where(_DAYS.c.day == day).scalar_subquery()
            .label("day_kind"),
            menu_published.label("menu_published"),
            exists(
                select(literal(1)).where(_MEALS.c.id == bindparam("meal_id", type_=Uuid()))
            ).label("taken"),
            exists(
                select(literal(1)).where(
                    _DEVICES.c.id == device_id,
                    _DEVICES.c.site_id == site_id,
                    _DEVICES.c.retired_at.is_(None),
                )
            ).label("device_known"),
            and_(
                _SITES.c.shift_required,
                ~exists(which_shift(site_id, device_id, bindparam("clerk_id", type_=Integer()))),
            ).label("shift_missing"),
            versions_in_force(dialect).label("versions"),
            _PEOPLE.c.id.label("resident_id"),
            _PEOPLE.c.name,
            _PEOPLE.c.gender,
            _PEOPLE.c.birthday,
            _PEOPLE.c.status,
            _PEOPLE.c.ended_on,
            _PEOPLE.c.hukou_city,
            _PEOPLE.c.hukou_district,
            _PEOPLE.c.hukou_town,
            _PEOPLE.c.in_institution,
            (_PEOPLE.c.site_id == _SITES.c.id).label("registered_here"),
            home.c.city.label("home_city"),
            home.c.district.label("home_district"),
            home.c.town.label("home_town"),
            _DOORS.c.unit_id,
            _WALLETS.c.balance_fen,
            _WALLETS.c.turn,
            (_CARDS.c.id if by == "card" else null()).label("card_id"),
            (_CARDS.c.state if by == "card" else null()).label("card_state"),
            tags.label("tags"),
            meals.label("meals"),
            passes.label("passes"),
            *who(dialect),
        )
        .select_from(_SITES)
        .outerjoin(
            _SETS,
            and_(
                _SETS.c.site_id == _SITES.c.id,
                _SETS.c.period_code == bindparam("period_code"),
                _SETS.c.code == bindparam("set_code"),
                _SETS.c.active,
            ),
        )
    )  # fmt: skip
    if by == "card":
        query = query.outerjoin(
            _CARDS,
            and_(
                _CARDS.c.number == bindparam("number"),
                _CARDS.c.issue == bindparam("issue", type_=Integer()),
            ),
        ).outerjoin(_PEOPLE, _PEOPLE.c.id == _CARDS.c.resident_id)
    elif by == "resident":
        query = query.outerjoin(_PEOPLE, _PEOPLE.c.id == bindparam("resident_id", type_=Integer()))
    else:
        query = query.outerjoin(_PEOPLE, ~true())
    return (
        query.outerjoin(home, home.c.id == _PEOPLE.c.site_id)
        .outerjoin(_DOORS, _DOORS.c.id == _PEOPLE.c.household_id)
        .outerjoin(_WALLETS, _WALLETS.c.resident_id == _PEOPLE.c.id)
        .where(_SITES.c.id == site_id)
    )


def _since(day: Any, site_id: Any) -> Any:
    """From which day on earlier meals count: the year's first where a policy counts the year."""
    counts_years = exists(
        select(literal(1))
        .select_from(_ADOPTED)
        .join(_VERSIONS, _VERSIONS.c.code == _ADOPTED.c.policy_code)
        .where(
            _ADOPTED.c.site_id == site_id,
            _ADOPTED.c.valid_from <= day,
            or_(_ADOPTED.c.valid_until.is_(None), _ADOPTED.c.valid_until >= day),
            _VERSIONS.c.valid_from <= day,
            or_(_VERSIONS.c.valid_until.is_(None), _VERSIONS.c.valid_until >= day),
            _VERSIONS.c.longest_span == literal_column("'year'"),
        )
    )
    return (
        select(
            case(
                (counts_years, bindparam("year_since", type_=Date())),
                else_=bindparam("since", type_=Date()),
            )
        )
        .correlate(None)
        .scalar_subquery()
    )


READ = {
    by: Prepared(lambda dialect, by=by: _statement(dialect, by))  # type: ignore[misc]
    for by in ("card", "resident", "guest")
}
"""The read by card, by a person found by name, and for a guest."""
