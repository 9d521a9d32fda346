"""A menu as another kitchen printed it, put into a site's week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from statistics import median

from sqlalchemy.orm import Session

from canteen.foundation.calendar import week_name
from canteen.foundation.database import transaction
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.actions import ensure_slots, replace_meals
from canteen.menus.cooking import ingredient_ids, write_dishes
from canteen.menus.day_words import PERIOD_WORDS
from canteen.menus.dishes import TO_CONFIRM, DishValues, canonical_of, problems_of
from canteen.menus.guessing import guess_category, guess_method
from canteen.menus.guessing_recipes import guess_recipe
from canteen.menus.library import library_dishes
from canteen.menus.library_models import DishName
from canteen.menus.menu_placing import spots_of, stands, taken
from canteen.menus.models import Dish
from canteen.menus.printed import PrintedEntry, PrintedMenu
from canteen.sites import queries as sites
from canteen.sites.usual_meals import is_usual, open_usual_meal

_NAMES_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class MenuPreview:
    """What an import would do: the weeks it fills, the dishes it would have to make, and the codes
    of usual meals that the site would have to serve."""

    mondays: tuple[date, ...]
    entries: tuple[tuple[date, PrintedEntry], ...]
    unknown: tuple[DishValues, ...]
    meals: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MenuImported:
    """What an import did; `meals` are the codes of those the site serves from now on."""

    mondays: tuple[date, ...]
    created: int
    changed: int
    meals: tuple[str, ...] = ()


def preview_menu(
    session: Session, *, site_id: int, menu: PrintedMenu, monday: date
) -> MenuPreview | Refusal:
    """What a printed menu means at a site; weekdays without a date count from `monday`.

    Codes: what the reading found first, import_empty, import_period.
    """
    if menu.problems:
        return menu.problems[0]
    if not menu.entries:
        return Refusal("import_empty", {})
    dated = []
    meals: dict[str, None] = {}
    periods = _period_words(session, site_id)
    for entry in menu.entries:
        day = entry.day if isinstance(entry.day, date) else monday + timedelta(days=entry.day)
        period = periods.get(entry.period) or entry.period
        if period not in periods.values():
            if not is_usual(period):
                return _not_served(period)
            meals.setdefault(period)
        dated.append((day, _with_period(entry, period)))
    known = _known_dishes(session, [entry.dish for _, entry in dated])
    unknown: dict[str, DishValues] = {}
    names = queries.known_ingredients(session)
    for _, entry in dated:
        canonical = canonical_of(entry.dish)
        if canonical not in known and canonical not in unknown:
            unknown[canonical] = guess_dish(entry, names)
    mondays = sorted({day - timedelta(days=day.weekday()) for day, _ in dated})
    return MenuPreview(
        mondays=tuple(mondays),
        entries=tuple(dated),
        unknown=tuple(unknown.values()),
        meals=tuple(meals),
    )


def _not_served(period: str) -> Refusal:
    return Refusal("import_period", {"period": PERIOD_WORDS.get(period, (period,))[0][:20]})


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """What a person said of dishes the library lacks, by canonical name: what each is made of,
    or the row of the library that it is under another name."""

    made: Mapping[str, DishValues] = field(default_factory=dict)
    same_as: Mapping[str, int] = field(default_factory=dict)


_NOTHING_REVIEWED = Reviewed()


def import_menu(
    *,
    site_id: int,
    menu: PrintedMenu,
    monday: date,
    create: bool,
    replace: bool,
    reviewed: Reviewed = _NOTHING_REVIEWED,
    open_meals: bool = False,
) -> MenuImported | Refusal:
    """Put a printed menu into its weeks, all of it or nothing; twice changes nothing.

    `create` makes dishes the library lacks: as `reviewed`, else as guessed and marked to confirm.
    A name that is another dish's is remembered as such. `open_meals` lets the site serve the usual
    meals of the file that it did not serve before, at their usual hours. `replace` puts the file's
    meals in place of other dishes that stand there. Codes: those of `preview_menu`,
    import_unknown_dishes, import_meals_taken, import_too_many, week_frozen, import_dish_gone, and
    those of a dish that cannot be made.
    """
    try:
        with transaction() as session:
            done = _import(
                session,
                site_id,
                menu,
                monday,
                create=create,
                replace=replace,
                reviewed=reviewed,
                open_meals=open_meals,
            )
            if isinstance(done, Refusal):
                raise _NothingDone(done)
            return done
    except _NothingDone as stop:
        return stop.refusal


class _NothingDone(Exception):
    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


def _import(
    session: Session,
    site_id: int,
    menu: PrintedMenu,
    monday: date,
    *,
    create: bool,
    replace: bool,
    reviewed: Reviewed,
    open_meals: bool,
) -> MenuImported | Refusal:
    preview = preview_menu(session, site_id=site_id, menu=menu, monday=monday)
    if isinstance(preview, Refusal):
        return preview
    if preview.meals and not open_meals:
        return _not_served(preview.meals[0])
    for code in preview.meals:
        open_usual_meal(session, site_id, code)
    ensure_slots(session, site_id)
    if preview.unknown and not create:
        return _unknown(preview.unknown)
    new = _new_dishes(session, preview.unknown, reviewed)
    if isinstance(new, Refusal):
        return new
    write_dishes(session, new, ingredient_ids(session))
    dishes = _known_dishes(session, [entry.dish for _, entry in preview.entries])
    spots = spots_of(preview.entries, dishes, queries.slots_of(session, site_id))
    if isinstance(spots, Refusal):
        return spots
    changed = 0
    for week in preview.mondays:
        placed = {
            spot: dish for spot, dish in spots.items() if week <= spot[0] < week + timedelta(days=7)
        }
        if not replace and taken(session, site_id, week, placed):
            return Refusal("import_meals_taken", {"week": week_name(week)})
        done = replace_meals(session, site_id=site_id, monday=week, placed=placed.items())
        if isinstance(done, Refusal):
            if not taken(session, site_id, week, placed) and stands(session, site_id, week, placed):
                continue  # published exactly so: nothing to do
            return done
        changed += done
    return MenuImported(
        mondays=preview.mondays, created=len(new), changed=changed, meals=preview.meals
    )


def _new_dishes(
    session: Session, unknown: Sequence[DishValues], reviewed: Reviewed
) -> list[DishValues] | Refusal:
    """The dishes to make; names of dishes that are there are put down as their other names."""
    names, new = queries.known_ingredients(session), []
    for guessed in unknown:
        canonical = canonical_of(guessed.name)
        there = reviewed.same_as.get(canonical)
        if there is not None:
            if session.get(Dish, there) is None:
                return Refusal("import_dish_gone", {"name": guessed.name})
            session.add(DishName(canonical=canonical, name=guessed.name, dish_id=there))
            continue
        values = reviewed.made.get(canonical, guessed)
        assert canonical_of(values.name) == canonical
        if problems := problems_of(values, names):
            return problems[0]
        new.append(values)
    session.flush()
    return new


def guess_dish(entry: PrintedEntry, ingredients: Mapping[str, str]) -> DishValues:
    """A dish made from its name, for a person to confirm; its price is the printed one, if any."""
    category, method = guess_category(entry.dish, entry.slot_word), guess_method(entry.dish)
    printed = entry.price_fen
    return DishValues(
        name=entry.dish,
        category=category,
        method=method,
        tags=(TO_CONFIRM,),
        price_fen=_usual_prices().get(category, 300) if printed is None else printed,
        recipe=guess_recipe(entry.dish, category, method, known=ingredients),
    )


@cache
def _usual_prices() -> dict[str, int]:
    """What a dish of a kind usually costs, by the library we ship."""
    prices: dict[str, list[int]] = {}
    for dish in library_dishes():
        prices.setdefault(dish.category, []).append(dish.price_fen)
    return {category: round(median(many) / 50) * 50 for category, many in prices.items()}


def _unknown(dishes: Sequence[DishValues]) -> Refusal:
    names = "、".join(dish.name for dish in dishes[:_NAMES_SHOWN])
    more = "……" if len(dishes) > _NAMES_SHOWN else ""
    return Refusal("import_unknown_dishes", {"count": len(dishes), "dishes": names + more})


def _period_words(session: Session, site_id: int) -> dict[str, str]:
    """A site's periods by code and name; a menu that names none means lunch."""
    periods = sites.periods(session, site_id)
    found = {word: one.code for one in periods for word in (one.name, one.name_en, one.code)}
    if periods:
        codes = [one.code for one in periods]
        found[""] = "lunch" if "lunch" in codes else codes[0]
    return found


def _with_period(entry: PrintedEntry, period: str) -> PrintedEntry:
    return replace(entry, period=period)


def _known_dishes(session: Session, names: Sequence[str]) -> dict[str, Dish]:
    return queries.dishes_by_canonical(session, {canonical_of(name) for name in names})
