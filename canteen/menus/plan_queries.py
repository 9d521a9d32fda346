"""Reading for the planning desk: offers, names, what a plan may be asked for now."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.foundation.calendar import week_name
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.dishes import canonical_of
from canteen.menus.models import Dish, Ingredient, MenuEntry, MenuWeek
from canteen.menus.plan_asked import Asked, wrong_with
from canteen.menus.plan_documents import Offer, offer_from
from canteen.menus.plan_models import MenuProposal
from canteen.menus.plan_words import CONTAINS_WORDS, Names, english_here
from canteen.sites import queries as sites


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A proposal as its page shows it."""

    id: int
    state: str
    made_at: datetime
    offer: Offer


@dataclass(frozen=True, kw_only=True)
class WeekState:
    """A week that could be planned: how full it is and how much of it is fixed."""

    monday: date
    name: str
    published: bool
    filled: int
    pinned: int
    places: int

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)


def proposal(session: Session, *, site_id: int, proposal_id: int) -> Proposal | None:
    """A proposal of a site, or None."""
    row = session.get(MenuProposal, proposal_id)
    if row is None or row.site_id != site_id:
        return None
    return Proposal(
        id=row.id, state=row.state, made_at=row.made_at, offer=offer_from(json.loads(row.document))
    )


def open_proposal(session: Session, *, site_id: int, monday: date) -> int | None:
    """The newest offer that waits for an answer and begins with this week."""
    query = select(MenuProposal.id).where(
        MenuProposal.site_id == site_id,
        MenuProposal.first_monday == monday,
        MenuProposal.state == "offered",
    )
    return session.scalar(query.order_by(MenuProposal.id.desc()).limit(1))


def week_states(session: Session, *, site_id: int, mondays: Sequence[date]) -> list[WeekState]:
    """How the weeks stand that somebody might plan; two queries."""
    places = 7 * sum(slot.places for slot in queries.slots_of(session, site_id))
    query = (
        select(
            MenuWeek.monday,
            MenuWeek.state,
            func.count(MenuEntry.id),
            func.count(MenuEntry.id).filter(MenuEntry.pinned),
        )
        .outerjoin(MenuEntry, MenuEntry.week_id == MenuWeek.id)
        .where(MenuWeek.site_id == site_id, MenuWeek.monday.in_(mondays))
        .group_by(MenuWeek.id, MenuWeek.monday, MenuWeek.state)
    )
    found = {row[0]: row for row in session.execute(query)}

    def state(monday: date) -> WeekState:
        _monday, standing, filled, pinned = found.get(monday, (monday, "draft", 0, 0))
        return WeekState(
            monday=monday,
            name=week_name(monday),
            published=standing == "published",
            filled=filled,
            pinned=pinned,
            places=places,
        )

    return [state(monday) for monday in mondays]


def names_of(session: Session, site_id: int) -> Names:
    """The words of a site's periods, slots and of every dish, in the reader's language."""
    english = english_here()

    def word(name: str, name_en: str) -> str:
        return (name_en or name) if english else name

    periods = {one.code: word(one.name, one.name_en) for one in sites.periods(session, site_id)}
    slots = queries.slots_of(session, site_id)
    dishes = session.execute(
        select(Dish.id, Dish.name, Dish.name_en, Dish.canonical, Dish.category)
    )
    rows = [(row.id, word(row.name, row.name_en), row.canonical, row.category) for row in dishes]
    return Names(
        periods=periods,
        slots={(one.period, one.code): word(one.name, one.name_en) for one in slots},
        dishes={number: name for number, name, _, _ in rows},
        by_canonical={canonical: name for _, name, canonical, _ in rows},
        kinds={number: category for number, _, _, category in rows},
    )


def why_not_now(asked: Asked) -> Refusal | None:
    """What can be seen at once to be wrong with a question, before a worker is troubled.

    Codes: those of `plan_asked.wrong_with`, plan_week_published, plan_no_slots.
    """
    session = db.session()
    periods = {one.code: one.name for one in sites.periods(session, asked.site_id)}
    if refusal := wrong_with(asked, periods=periods):
        return refusal
    if not queries.slots_of(session, asked.site_id):
        return Refusal("plan_no_slots", {})
    for week in week_states(session, site_id=asked.site_id, mondays=asked.mondays):
        if week.published:
            return Refusal("plan_week_published", {"week": week.name})
    return None


def mark_of(session: Session, text: str) -> str | None:
    """What somebody means who writes 猪肉, 豆腐 or 红烧肉: an animal, an ingredient or a dish.

    None for a word that is none of them.
    """
    word = "".join(text.split())
    for code, words in CONTAINS_WORDS.items():
        if word.casefold() in words:
            return f"contains:{code}"
    for name, name_en, synonyms in session.execute(
        select(Ingredient.name, Ingredient.name_en, Ingredient.synonyms).order_by(Ingredient.id)
    ):
        if text.strip().casefold() in (name, name_en.casefold(), *queries.words(synonyms)):
            return f"food:{name}"
    english = select(Dish.canonical).where(func.lower(Dish.name_en) == text.strip().casefold())
    same = queries.same_dish(session, word) if canonical_of(word) else None
    canonical = same.canonical if same else session.scalar(english.limit(1))
    return f"dish:{canonical}" if canonical else None


def words_to_ban(session: Session) -> Iterable[str]:
    """Ingredients and dishes by name, for a list to choose from."""
    english = english_here()
    names = select(Ingredient.name, Ingredient.name_en).order_by(Ingredient.id)
    dishes = select(Dish.name, Dish.name_en).where(Dish.active).order_by(Dish.search)
    rows = [*session.execute(names), *session.execute(dishes)]
    return dict.fromkeys((en or name) if english else name for name, en in rows)
