"""Reading what a plan is made from: the grid, the library, the weeks around, the site's rules."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.calendar import week_name
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.models import MenuEntry, MenuWeek
from canteen.menus.plan import SlotFacts
from canteen.menus.plan_asked import Asked, Place
from canteen.menus.plan_larder import plan_dishes
from canteen.menus.plan_models import MenuSubstitution, PlanningRules
from canteen.menus.plan_settings import DEFAULTS, Ban, PlanSettings, hard_rules, soft_rules
from canteen.menus.plan_settings_reading import read_settings
from canteen.menus.planning.facts import Cell, Placement, PlanDish, PlanFacts, Standing
from canteen.menus.planning.rules import RESTED_DAYS
from canteen.menus.served import LAST_SUBSTITUTION, SERVED_DISH


@dataclass(frozen=True, kw_only=True)
class Stood:
    """What stands in a place: the dish that was served there, if it was changed on the day."""

    dish_id: int
    pinned: bool = False


Entries = Mapping[Place, Stood]


@dataclass(frozen=True, kw_only=True)
class Read:
    """Facts, and what they were read from.

    `stood` is what stands now in the planned places: dish by place. `released` are pinned places
    whose pin gives way, because this once their dish may not be served.
    """

    asked: Asked
    facts: PlanFacts
    settings: PlanSettings
    stood: Mapping[Place, int] = field(default_factory=dict)
    pinned: frozenset[Place] = frozenset()
    released: frozenset[Place] = frozenset()


def read_facts(session: Session, asked: Asked, *, published_too: bool = False) -> Read | Refusal:
    """What a plan is made from; some ten queries, however large the library. `published_too`:
    only to see what else could be served, for a published week is not planned again.

    Codes: plan_week_published, plan_no_slots, plan_closed, plan_nothing_stands (a change of
    weeks in which nothing stands).
    """
    settings = settings_of(session, asked.site_id)
    slots = queries.slots_of(session, asked.site_id)
    windows = queries.site_windows(session, asked.site_id, has_slots=bool(slots))
    if not published_too and (published := _published(session, asked)):
        return Refusal("plan_week_published", {"week": week_name(published[0])})
    reach = max(RESTED_DAYS, *settings.return_days.values(), *windows.values(), 7)
    entries = _entries(session, asked, reach)
    cells = _grid(asked, slots, settings, entries)
    if isinstance(cells, Refusal):
        return cells
    planned = {
        place: entry
        for place, entry in entries.items()
        if (cell := cells.get(place[:3])) and place[3] < cell.places
    }
    if asked.kind == "change" and not planned:
        return Refusal("plan_nothing_stands", {"week": week_name(asked.monday)})
    dishes = plan_dishes(
        session, site_id=asked.site_id, standing={one.dish_id for one in entries.values()}
    )
    return _put_together(asked, settings, windows, cells, planned, entries, dishes)


def settings_of(session: Session, site_id: int) -> PlanSettings:
    """A site's settings; the defaults until it has its own.

    What was saved was checked; a meal the site has given up since is left out.
    """
    row = session.get(PlanningRules, site_id)
    if row is None:
        return DEFAULTS
    document = json.loads(row.document)
    periods = {
        period
        for name in ("capacity", "budget_fen", "meal_share")
        for period in document.get(name, {})
    } | {period for ban in document.get("bans", []) for period in ban.get("periods", [])}
    read = read_settings(document, periods=sorted(periods))
    assert isinstance(read, PlanSettings), "saved planning rules cannot be read"
    return read


def let_go(facts: PlanFacts, place: Place) -> PlanFacts:
    """The facts with whatever holds the dish of one place taken off."""
    cells = tuple(
        replace(cell, pinned={n: dish for n, dish in cell.pinned.items() if n != place[3]})
        if cell.key == place[:3]
        else cell
        for cell in facts.cells
    )
    return replace(facts, cells=cells)


def current_plan(read: Read) -> tuple[Placement, ...]:
    """What stands in the planned places, as a plan; it may be incomplete."""
    return tuple(
        Placement(day=day, period=period, slot=slot, position=position, dish_id=dish_id)
        for (day, period, slot, position), dish_id in sorted(read.stood.items())
    )


def _published(session: Session, asked: Asked) -> Sequence[date]:
    query = select(MenuWeek.monday).where(
        MenuWeek.site_id == asked.site_id,
        MenuWeek.monday.in_(asked.mondays),
        MenuWeek.state == "published",
    )
    return session.scalars(query.order_by(MenuWeek.monday)).all()


def _entries(session: Session, asked: Asked, reach: int) -> Entries:
    """Everything that stands from `reach` days before the first week to `reach` after the last.

    Diners remember what they ate, not what the menu said: a dish that was replaced on the day
    was not served.
    """
    first, last = asked.days[0] - timedelta(days=reach), asked.days[-1] + timedelta(days=reach)
    query = (
        select(MenuEntry, SERVED_DISH)
        .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
        .outerjoin(MenuSubstitution, LAST_SUBSTITUTION)
        .where(MenuWeek.site_id == asked.site_id, MenuEntry.service_date.between(first, last))
        .order_by(MenuEntry.service_date, MenuEntry.id)
    )
    return {
        (one.service_date, one.period_code, one.slot_code, one.position): Stood(
            dish_id=served, pinned=one.pinned
        )
        for one, served in session.execute(query)
    }


def _grid(
    asked: Asked, slots: Sequence[SlotFacts], settings: PlanSettings, entries: Entries
) -> dict[tuple[date, str, str], Cell] | Refusal:
    """The empty cells asked for, in the order of the menu."""
    periods = set(asked.periods)
    if asked.kind == "change" and not periods:
        stand = {place[1] for place in entries if place[0] in asked.days}
        periods = stand or {slot.period for slot in slots}
    wanted = [slot for slot in slots if not periods or slot.period in periods]
    if not wanted:
        return Refusal("plan_no_slots", {})
    days = [day for day in asked.days if settings.open_on(day)]
    if not days:
        return Refusal("plan_closed", {"week": week_name(asked.monday)})
    return {
        (day, slot.period, slot.code): Cell(
            day=day,
            period=slot.period,
            slot=slot.code,
            categories=slot.categories,
            places=slot.places,
            servings=slot.servings,
        )
        for day in days
        for slot in wanted
    }


def _put_together(
    asked: Asked,
    settings: PlanSettings,
    windows: Mapping[str, int],
    cells: Mapping[tuple[date, str, str], Cell],
    planned: Entries,
    entries: Entries,
    dishes: Sequence[PlanDish],
) -> Read:
    by_id = {dish.id: dish for dish in dishes}
    days = sorted({cell.day for cell in cells.values()})
    bans = (*asked.bans, *_not_here(asked, planned, by_id))
    pinned = frozenset(place for place, one in planned.items() if one.pinned)
    kept = {place for place in planned if asked.keep and asked.kind == "plan"}
    kept |= pinned | {place for place in planned if place[0] in asked.locked}
    released = frozenset(p for p in pinned if _hit(bans, p, by_id[planned[p].dish_id]))
    kept = {place for place in kept if not _hit(bans, place, by_id[planned[place].dish_id])}
    facts = PlanFacts(
        cells=tuple(
            _with_pins(cell, {p[3]: planned[p].dish_id for p in kept if p[:3] == key})
            for key, cell in cells.items()
        ),
        dishes=tuple(dishes),
        hard=hard_rules(settings, windows=windows, days=days, bans=bans),
        soft=soft_rules(settings),
        standing=tuple(
            Standing(day=day, period=period, dish_id=one.dish_id)
            for (day, period, slot, position), one in entries.items()
            if (day, period, slot, position) not in planned
        ),
        before=tuple(
            Placement(day=p[0], period=p[1], slot=p[2], position=p[3], dish_id=one.dish_id)
            for p, one in planned.items()
            if asked.kind == "change"
        ),
    )
    return Read(
        asked=asked,
        facts=facts,
        settings=settings,
        stood={place: one.dish_id for place, one in planned.items()},
        pinned=pinned - released,
        released=released,
    )


def _with_pins(cell: Cell, pins: Mapping[int, int]) -> Cell:
    return Cell(
        day=cell.day, period=cell.period, slot=cell.slot, categories=cell.categories,
        places=cell.places, servings=cell.servings, pinned=pins,
    )  # fmt: skip


def _not_here(asked: Asked, planned: Entries, by_id: Mapping[int, PlanDish]) -> list[Ban]:
    """ "Something else here": what stands in these places may not stand in that meal."""
    return [
        Ban(mark=f"dish:{by_id[planned[p].dish_id].canonical}", days=(p[0],), periods=(p[1],))
        for p in asked.elsewhere
        if p in planned
    ]


def _hit(bans: Sequence[Ban], place: Place, dish: PlanDish) -> bool:
    """Whether a ban of this once takes a dish out of a place where it would be kept."""
    return any(
        ban.mark in dish.marks
        and (not ban.days or place[0] in ban.days)
        and (not ban.periods or place[1] in ban.periods)
        for ban in bans
    )
