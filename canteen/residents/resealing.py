"""ID numbers under the newest keys: after a key was turned over, as often as it is asked for.

A batch is one transaction and leaves every person whole under one pair of keys, so that it may
be ended at any moment: what is done is known by itself, and asked again only the rest is done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.crypto import Keys, WrongKeys
from canteen.foundation.database import retried, transaction
from canteen.residents.models import Resident

BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What became of some people in the order of their ids; `last_id` is the last of them."""

    last_id: int
    seen: int
    resealed: int
    unreadable: tuple[int, ...] = ()
    """People whose number no key of the file opens: left as they are."""
    twice: tuple[int, ...] = ()
    """People whose number another person has too: left as they are, for somebody to look at."""


def reseal_id_numbers(*, keys: Keys, now: datetime) -> Iterator[Batch]:
    """Encrypt and hash every stored ID number with the newest keys, a batch at a time."""
    last_id = 0
    while (batch := _reseal_batch(after=last_id, keys=keys, now=now)) is not None:
        yield batch
        last_id = batch.last_id


def count_id_numbers(session: Session) -> int:
    """How many people have one."""
    wanted = select(func.count(Resident.id)).where(Resident.id_number_encrypted.is_not(None))
    return session.scalar(wanted) or 0


def count_under_older(session: Session, *, keys: Keys) -> tuple[int, int]:
    """How many numbers only an older key opens, and how many only an older hash finds."""
    newest = keys.newest_alone()
    encrypted = hashed = 0
    for row in session.execute(_wanted().execution_options(yield_per=BATCH)):
        encrypted += not newest.opens(row.id_number_encrypted)
        hashed += not _finds(keys, row)
    return encrypted, hashed


@retried
def _reseal_batch(*, after: int, keys: Keys, now: datetime) -> Batch | None:
    with transaction() as session:
        wanted = _wanted().where(Resident.id > after).limit(BATCH).with_for_update()
        rows = session.execute(wanted).all()
        if not rows:
            return None
        results = [(row.id, _reseal(session, row, keys)) for row in rows]
        batch = Batch(
            last_id=rows[-1].id,
            seen=len(rows),
            resealed=sum(said == "resealed" for _id, said in results),
            unreadable=tuple(id for id, said in results if said == "unreadable"),
            twice=tuple(id for id, said in results if said == "twice"),
        )
        if batch.resealed:
            audit.record(
                session, at=now, staff_id=None, action="resealed_id_numbers",
                subject="keys", subject_id="encrypt", note=str(batch.resealed),
            )  # fmt: skip
        return batch


def _reseal(session: Session, row: Row[Any], keys: Keys) -> str:
    try:
        number = keys.decrypt(row.id_number_encrypted)
    except WrongKeys:
        return "unreadable"
    hashed, token = keys.lookup_hash(number), row.id_number_encrypted
    if row.id_number_hash == hashed and keys.newest_alone().opens(token):
        return "as it was"
    other = select(Resident.id).where(Resident.id_number_hash == hashed, Resident.id != row.id)
    if session.scalar(other) is not None:
        return "twice"
    session.execute(
        update(Resident)
        .where(Resident.id == row.id)
        .values(id_number_encrypted=keys.encrypt(number), id_number_hash=hashed)
        .execution_options(synchronize_session=False)
    )
    return "resealed"


def _wanted() -> Any:
    return (
        select(Resident.id, Resident.id_number_encrypted, Resident.id_number_hash)
        .where(Resident.id_number_encrypted.is_not(None))
        .order_by(Resident.id)
    )


def _finds(keys: Keys, row: Row[Any]) -> bool:
    """Whether the newest hash finds a person; what cannot be read is not found."""
    try:
        return bool(keys.lookup_hash(keys.decrypt(row.id_number_encrypted)) == row.id_number_hash)
    except WrongKeys:
        return False
