"""Changing by plan: a site's rules, offers kept, taken or put away."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.calendar import week_name, week_of
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.jobs import start
from canteen.foundation.wording import Refusal
from canteen.menus import plan_queries
from canteen.menus.actions import WEEK_TAKEN
from canteen.menus.models import Dish, MenuEntry, MenuWeek
from canteen.menus.plan_asked import MOST_WEEKS, Asked, to_json
from canteen.menus.plan_documents import Offer, document_of, offer_from
from canteen.menus.plan_facts import read_facts
from canteen.menus.plan_models import MenuProposal, PlanningRules
from canteen.menus.plan_settings import PlanSettings
from canteen.menus.plan_settings import document_of as settings_document
from canteen.menus.plan_settings_reading import read_settings
from canteen.menus.plan_since import changed_since
from canteen.sites import queries as sites

PLAN_MENUS = "plan_menus"
"""The kind of job that plans."""


@retried
def save_planning_rules(
    *, site_id: int, document: Mapping[str, Any], now: datetime, by: int | None
) -> list[Refusal]:
    """Save a site's rules; [] when they are saved, else everything that is wrong with them.

    Codes: those of `plan_settings_reading.read_settings`. Saving the same again changes nothing.
    """
    with transaction() as session:
        periods = [one.code for one in sites.periods(session, site_id)]
        settings = read_settings(document, periods=periods)
        if not isinstance(settings, PlanSettings):
            return settings
        text = json.dumps(settings_document(settings), ensure_ascii=False, sort_keys=True)
        row = session.get(PlanningRules, site_id)
        if row is not None and row.document == text:
            return []
        if row is None:
            row = PlanningRules(site_id=site_id)
            session.add(row)
        row.document, row.changed_at, row.changed_by = text, now, by
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="changed",
            subject="planning_rules",
            subject_id=site_id,
        )
        return []


def ask_for_plan(asked: Asked, *, by: int | None, now: datetime) -> int | Refusal:
    """Have a plan made beside the server; the job's number.

    Codes: those of `plan_asked.wrong_with` and `plan_facts.read_facts`. Asking twice for the same
    is answered with the job under way.
    """
    if refusal := plan_queries.why_not_now(asked):
        return refusal
    arguments = {"asked": to_json(asked), "by": by}
    return start(PLAN_MENUS, arguments=arguments, site_id=asked.site_id, by=by, now=now)


# --- Offers ------------------------------------------------------------------------------


@retried
def keep_offer(offer: Offer, *, now: datetime, by: int | None) -> int:
    """Keep what was planned as a proposal, to be looked at; its id. Earlier offers for the same
    first week are put away: one is on the table at a time."""
    asked = offer.asked
    with transaction() as session:
        session.execute(
            update(MenuProposal)
            .where(
                MenuProposal.site_id == asked.site_id,
                MenuProposal.first_monday == asked.monday,
                MenuProposal.state == "offered",
            )
            .values(state="discarded", decided_at=now, decided_by=by)
        )
        row = MenuProposal(
            site_id=asked.site_id,
            first_monday=asked.monday,
            weeks=asked.weeks,
            document=json.dumps(document_of(offer), ensure_ascii=False, default=str),
            made_at=now,
            made_by=by,
        )
        session.add(row)
        session.flush()
        return row.id


@retried
def take_proposal(
    *, site_id: int, proposal_id: int, now: datetime, by: int | None
) -> int | Refusal:
    """Put a proposal into its draft weeks, all of it or nothing; how many places changed.

    Taken before, it changes nothing. Codes: proposal_empty, proposal_discarded, those of
    `read_facts` (a week is published by now) and of `plan_since.changed_since`.
    """
    for _again in range(MOST_WEEKS):  # somebody may make each week's row at the same moment
        try:
            return _take(site_id, proposal_id, now, by)
        except IntegrityError as error:
            if not broke(error, *WEEK_TAKEN):
                raise
    return _take(site_id, proposal_id, now, by)


def _take(site_id: int, proposal_id: int, now: datetime, by: int | None) -> int | Refusal:
    with transaction() as session:
        row = _locked_proposal(session, site_id, proposal_id)
        if row.state == "taken":
            return 0
        if row.state == "discarded":
            return Refusal("proposal_discarded", {})
        offer = offer_from(json.loads(row.document))
        if not offer.places:
            return Refusal("proposal_empty", {})
        weeks = _held_weeks(session, offer.asked)
        read = read_facts(session, offer.asked)
        if isinstance(read, Refusal):
            return read
        names = plan_queries.names_of(session, site_id)
        if refusal := changed_since(offer, read, names):
            return refusal
        changed = _write(session, weeks, offer)
        row.state, row.decided_at, row.decided_by = "taken", now, by
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="took_plan",
            subject="menu_week",
            subject_id=week_name(offer.asked.monday),
            note=f"site {site_id}, proposal {row.id}, {changed} places",
        )
        return changed


@retried
def discard_proposal(
    *, site_id: int, proposal_id: int, now: datetime, by: int | None
) -> Refusal | None:
    """Put a proposal away. Twice is harmless; one that was taken stays taken (proposal_taken)."""
    with transaction() as session:
        row = _locked_proposal(session, site_id, proposal_id)
        if row.state == "taken":
            return Refusal("proposal_taken", {})
        if row.state == "offered":
            row.state, row.decided_at, row.decided_by = "discarded", now, by
        return None


# --- Inside a transaction ------------------------------------------------------------------


def _locked_proposal(session: Session, site_id: int, proposal_id: int) -> MenuProposal:
    query = select(MenuProposal).where(
        MenuProposal.id == proposal_id, MenuProposal.site_id == site_id
    )
    return session.scalars(query.with_for_update()).one()


def _week(site_id: int, monday: date) -> Any:
    return select(MenuWeek).where(MenuWeek.site_id == site_id, MenuWeek.monday == monday)


def _held_weeks(session: Session, asked: Asked) -> dict[date, MenuWeek]:
    """The weeks' rows, made where they are missing and held, so that nobody edits meanwhile."""
    weeks = {}
    for monday in asked.mondays:
        week = session.scalars(_week(asked.site_id, monday).with_for_update()).one_or_none()
        if week is None:
            week = MenuWeek(site_id=asked.site_id, monday=monday, state="draft")
            session.add(week)
        weeks[monday] = week
    session.flush()
    return weeks


def _write(session: Session, weeks: Mapping[date, MenuWeek], offer: Offer) -> int:
    """Set the places that become different; a place that changes is pinned no longer."""
    ids = {week.id for week in weeks.values()}
    entries = {
        (one.service_date, one.period_code, one.slot_code, one.position): one
        for one in session.scalars(select(MenuEntry).where(MenuEntry.week_id.in_(ids)))
    }
    wanted = set(offer.places.values())
    dishes = {one.id: one for one in session.scalars(select(Dish).where(Dish.id.in_(wanted)))}
    changed = 0
    for place, dish_id in offer.places.items():
        entry, dish = entries.get(place), dishes[dish_id]
        if entry is None:
            day, period, slot, position = place
            entry = MenuEntry(
                week_id=weeks[week_of(day)[0]].id,
                service_date=day,
                period_code=period,
                slot_code=slot,
                position=position,
            )
            session.add(entry)
        elif entry.dish_id == dish_id:
            continue
        entry.dish_id, entry.dish_name, entry.price_fen = dish.id, dish.name, dish.price_fen
        entry.pinned = False
        changed += 1
    return changed
