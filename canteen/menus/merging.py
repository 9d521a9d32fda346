"""Two rows of the library that are one dish become one; everything that spoke of the other follows.

What was published keeps its words: an entry of a published week keeps the name and price it was
published with and only points to the dish that is left. Drafts take its name and price. Votes of
one day are added up. The name that goes is remembered, so that files and menus find the dish.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.dish_documents import dish_mark, rule_documents, turn_documents, turned
from canteen.menus.library_models import DishName, DishRating
from canteen.menus.likeness import LikelyDish, LikelyPair, likely_pairs
from canteen.menus.models import Dish, DishIngredient, Ingredient, MenuEntry, MenuWeek
from canteen.menus.nutrition import IngredientFacts, RecipeLine, food_kinds_of, main_ingredient_of
from canteen.menus.plan_models import MenuSubstitution
from canteen.menus.repeats import PlacedDish, find_repeats


@dataclass(frozen=True, kw_only=True)
class WeekTouched:
    """A week of a site in which the dish that goes stands, and the days on which the dish that is
    left would then stand too often."""

    site_id: int
    monday: date
    published: bool
    entries: int
    repeat_days: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MergePreview:
    """What a merge would move from `gone` to `kept`."""

    gone: Dish
    kept: Dish
    weeks: tuple[WeekTouched, ...]
    substitutions: int
    votes: int
    rules: int

    @property
    def entries(self) -> int:
        """Places of weeks that point to the dish that goes."""
        return sum(week.entries for week in self.weeks)


def duplicates(session: Session) -> list[LikelyPair]:
    """Pairs of the library that are likely one dish; two queries."""
    rows = session.execute(
        select(Dish.id, Dish.name, Dish.canonical, Dish.category, Dish.method).order_by(Dish.id)
    ).all()
    recipes: dict[int, list[RecipeLine]] = {}
    facts: dict[str, IngredientFacts] = {}
    lines = select(
        DishIngredient.dish_id, DishIngredient.grams, Ingredient.name, Ingredient.food_group
    ).join(Ingredient, Ingredient.id == DishIngredient.ingredient_id)
    for dish_id, grams, name, group in session.execute(lines):
        recipes.setdefault(dish_id, []).append(RecipeLine(ingredient=name, grams=grams))
        facts[name] = IngredientFacts(name=name, food_group=group)
    return likely_pairs(
        LikelyDish(
            id=row.id,
            name=row.name,
            canonical=row.canonical,
            category=row.category,
            method=row.method,
            main=main_ingredient_of(recipes.get(row.id, ()), facts, row.category),
            foods=food_kinds_of([recipes.get(row.id, ())], facts),
        )
        for row in rows
    )


def other_names(session: Session, dish_id: int) -> Sequence[str]:
    """Names of dishes that were merged into this one."""
    query = select(DishName.name).where(DishName.dish_id == dish_id)
    return session.scalars(query.order_by(DishName.name)).all()


def preview_merge(session: Session, *, gone_id: int, kept_id: int) -> MergePreview | Refusal:
    """What a merge would move, and the repeats it makes. Codes: dish_gone, dish_merge_self."""
    gone, kept = queries.dish(session, gone_id), queries.dish(session, kept_id)
    if gone_id == kept_id:
        return Refusal("dish_merge_self", {})
    if gone is None or kept is None:
        return Refusal("dish_gone", {})
    votes = select(func.sum(DishRating.good + DishRating.fair + DishRating.poor))
    swaps = select(func.count()).select_from(MenuSubstitution)
    return MergePreview(
        gone=gone,
        kept=kept,
        weeks=_weeks(session, gone, kept),
        substitutions=session.scalar(swaps.where(MenuSubstitution.dish_id == gone_id)) or 0,
        votes=int(session.scalar(votes.where(DishRating.dish_id == gone_id)) or 0),
        rules=sum(
            turned(text, _marks(gone, kept), {gone.id: kept.id}) != text
            for text in rule_documents(session)
        ),
    )


@retried
def merge_dishes(
    *, gone_id: int, kept_id: int, now: datetime, by: int | None
) -> tuple[str, str] | Refusal:
    """Make one dish of two; the photo file that is shown no more ("" if none) and the name left.

    A dish that is gone already has been merged: nothing happens. Codes: dish_gone (the one to
    keep is not there), dish_merge_self.
    """
    if gone_id == kept_id:
        return Refusal("dish_merge_self", {})
    with transaction() as session:
        both = select(Dish).where(Dish.id.in_((gone_id, kept_id))).order_by(Dish.id)
        rows = {row.id: row for row in session.scalars(both.with_for_update())}
        gone, kept = rows.get(gone_id), rows.get(kept_id)
        if kept is None:
            return Refusal("dish_gone", {})
        if gone is None:
            return "", kept.name
        photo = _take_photo(gone, kept)
        moved = _move_places(session, gone, kept)
        _move_votes(session, gone, kept)
        turn_documents(session, _marks(gone, kept), {gone.id: kept.id})
        note = f"{gone.name} -> {kept.id} {kept.name}; {moved} places"
        canonical, name = gone.canonical, gone.name
        session.execute(update(DishName).where(DishName.dish_id == gone_id).values(dish_id=kept_id))
        session.delete(gone)
        session.flush()
        session.add(DishName(canonical=canonical, name=name, dish_id=kept_id))
        audit.record(
            session, at=now, staff_id=by, action="merged", subject="dish", subject_id=gone_id,
            note=note,
        )  # fmt: skip
        return photo, kept.name


def _take_photo(gone: Dish, kept: Dish) -> str:
    """The dish that is left takes a photo if it has none; what is shown no more."""
    if kept.photo or not gone.photo:
        return gone.photo if gone.photo != kept.photo else ""
    kept.photo = gone.photo
    return ""


def _move_places(session: Session, gone: Dish, kept: Dish) -> int:
    here = update(MenuEntry).where(MenuEntry.dish_id == gone.id)
    drafts = select(MenuWeek.id).where(MenuWeek.state == "draft")
    renamed = {"dish_id": kept.id, "dish_name": kept.name, "price_fen": kept.price_fen}
    moved = 0
    for statement in (
        here.where(MenuEntry.week_id.in_(drafts)).values(**renamed),
        here.values(dish_id=kept.id),
        update(MenuSubstitution).where(MenuSubstitution.dish_id == gone.id).values(dish_id=kept.id),
    ):
        moved += session.execute(statement).rowcount  # type: ignore[attr-defined]
    return moved


def _marks(gone: Dish, kept: Dish) -> dict[str, str]:
    return {dish_mark(gone.canonical): dish_mark(kept.canonical)}


def _move_votes(session: Session, gone: Dish, kept: Dish) -> None:
    rows = session.scalars(select(DishRating).where(DishRating.dish_id == gone.id)).all()
    for row in rows:
        key = (row.site_id, kept.id, row.service_date)
        there = session.get(DishRating, key)
        if there is None:
            there = DishRating(
                site_id=row.site_id, dish_id=kept.id, service_date=row.service_date,
                good=0, fair=0, poor=0, changed_at=row.changed_at, changed_by=row.changed_by,
            )  # fmt: skip
            session.add(there)
        there.good += row.good
        there.fair += row.fair
        there.poor += row.poor
        session.delete(row)
    session.flush()


def _weeks(session: Session, gone: Dish, kept: Dish) -> tuple[WeekTouched, ...]:
    query = (
        select(MenuWeek.site_id, MenuWeek.monday, MenuWeek.state, MenuEntry)
        .join(MenuEntry, MenuEntry.week_id == MenuWeek.id)
        .where(MenuEntry.dish_id.in_((gone.id, kept.id)))
        .order_by(MenuWeek.monday.desc(), MenuWeek.site_id)
    )
    weeks: dict[tuple[int, date, str], list[MenuEntry]] = {}
    for site_id, monday, state, entry in session.execute(query):
        weeks.setdefault((site_id, monday, state), []).append(entry)
    windows: dict[int, Any] = {}
    found = []
    for (site_id, monday, state), entries in weeks.items():
        leaving = sum(entry.dish_id == gone.id for entry in entries)
        if not leaving:
            continue
        if site_id not in windows:
            has_slots = bool(queries.slots_of(session, site_id))
            windows[site_id] = queries.site_windows(session, site_id, has_slots=has_slots)
        days = _repeat_days(entries, kept, windows[site_id])
        found.append(
            WeekTouched(
                site_id=site_id,
                monday=monday,
                published=state == "published",
                entries=leaving,
                repeat_days=days,
            )
        )
    return tuple(found)


def _repeat_days(entries: Sequence[MenuEntry], kept: Dish, windows: Any) -> tuple[date, ...]:
    placed = [
        PlacedDish(day=entry.service_date, name=kept.name, category=kept.category, dish_id=kept.id)
        for entry in entries
    ]
    repeats = find_repeats(placed, windows=windows)
    return tuple(day for repeat in repeats for day in repeat.days if isinstance(day, date))
