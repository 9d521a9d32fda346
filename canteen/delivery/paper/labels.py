"""Which labels are wanted, which hang already, and noting that they were printed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.paper.models import PrintedLabel
from canteen.delivery.paper.rules import Face, Key, digest, reprint
from canteen.delivery.portions import Portions, portions_of
from canteen.delivery.portions import labels as boxes_of
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.sites.models import Site


def faces_of(portions: Portions) -> list[Face]:
    """One label for each box the kitchen makes, in the order of the rounds."""
    return [
        Face(
            resident_id=one.resident_id, box=number, boxes=one.boxes, carrier=one.carrier,
            position=one.position, address=one.address, name=one.diner_name, diet=one.diet,
        )
        for one, number in boxes_of(portions)
    ]  # fmt: skip


def printed(session: Session, *, site_id: int, day: date, period_code: str) -> dict[Key, str]:
    """What stands on the labels that were printed for a round; one query."""
    return {
        (one.resident_id, one.box): one.face for one in _rows(session, site_id, day, period_code)
    }


@retried
def mark_printed(
    *, site_id: int, day: date, period_code: str, seen: str, by: int, now: datetime
) -> int | Refusal:
    """From now on the labels wanted are those that hang; how many came new. Harmless twice.

    `seen` is the digest of all labels as the page showed them. Codes: labels_changed (they
    are others by now: print again), no_programme.
    """
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # of two at once one comes second
        portions = portions_of(session, site_id=site_id, day=day, period_code=period_code)
        if portions is None:
            return Refusal("no_programme")
        faces = faces_of(portions)
        if digest(faces) != seen:
            return Refusal("labels_changed")
        rows = _rows(session, site_id, day, period_code)
        held = {(one.resident_id, one.box): one.face for one in rows}
        change = reprint(wanted=faces, printed=held)
        if not change.changed:
            return 0
        gone = {(one.resident_id, one.box) for one in change.torn}
        for row in rows:
            if (row.resident_id, row.box) in gone:
                session.delete(row)
        session.flush()
        session.add_all(
            PrintedLabel(
                site_id=site_id, service_date=day, period_code=period_code,
                resident_id=one.resident_id, box=one.box, face=one.text,
                printed_at=now, printed_by=by,
            )
            for one in change.fresh
        )  # fmt: skip
        audit.record(
            session, at=now, staff_id=by, action="printed_labels", subject="site",
            subject_id=site_id,
            note=f"{day} {period_code}: {len(change.fresh)} new, {len(change.torn)} torn up",
        )  # fmt: skip
        return len(change.fresh)


def _rows(
    session: Session, site_id: int, day: date, period_code: str
) -> Sequence[PrintedLabel]:  # fmt: skip
    query = select(PrintedLabel).filter_by(
        site_id=site_id, service_date=day, period_code=period_code
    )
    return session.scalars(query).all()
