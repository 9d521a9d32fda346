"""Names kept for finding a dish, brought to what the program makes of them after an update.

A dish keeps the canonical form of its name. When the program learns that two more words mean one
thing, the forms kept before no longer answer: a menu that names the dish would not find it.
"""

from collections.abc import Iterator

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen.foundation.database import db, retried, transaction
from canteen.menus.dish_documents import dish_mark, turn_documents
from canteen.menus.dishes import canonical_of, search_text
from canteen.menus.library_models import DishName
from canteen.menus.models import Dish


@retried
def renew_names() -> int:
    """Bring every kept name to its form of today; how many changed. Nothing to do: nothing written.

    A dish whose form of today another one has keeps its own: whether the two are one dish, a
    person says (see `merging.duplicates`).
    """
    is_stale = any(_stale(db.session()))
    db.session.rollback()
    if not is_stale:
        return 0
    with transaction() as session:
        marks = _renew_dishes(session)
        turn_documents(session, marks, {})
        return len(marks) + _renew_other_names(session)


def _stale(session: Session) -> Iterator[str]:
    """Kept names that are no longer what would be kept today."""
    for model in (Dish, DishName):
        for name, kept in session.execute(select(model.name, model.canonical)):
            if canonical_of(name) != kept:
                yield kept


def _renew_dishes(session: Session) -> dict[str, str]:
    """The marks that rules knew the dishes by, and those they have now."""
    rows = session.execute(
        select(Dish.id, Dish.name, Dish.name_en, Dish.canonical).order_by(Dish.id).with_for_update()
    ).all()
    taken = {row.canonical for row in rows}
    marks = {}
    waiting = [row for row in rows if canonical_of(row.name) != row.canonical]
    while free := [row for row in waiting if canonical_of(row.name) not in taken]:
        for row in free:
            now = canonical_of(row.name)
            if now in taken:  # by one of the same round
                continue
            search = search_text(row.name, row.name_en)
            session.execute(
                update(Dish).where(Dish.id == row.id).values(canonical=now, search=search)
            )
            taken = taken - {row.canonical} | {now}
            marks[dish_mark(row.canonical)] = dish_mark(now)
            waiting.remove(row)
    return marks


def _renew_other_names(session: Session) -> int:
    """The same for names of dishes that were merged into others."""
    rows = session.execute(select(DishName.name, DishName.canonical)).all()
    taken = {row.canonical for row in rows}
    renewed = 0
    for name, kept in rows:
        now = canonical_of(name)
        if now != kept and now not in taken:
            session.execute(
                update(DishName).where(DishName.canonical == kept).values(canonical=now)
            )
            taken.add(now)
            renewed += 1
    return renewed
