"""Registering somebody at another canteen: they keep card, wallet, tags and history."""

from datetime import datetime

from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.residents.tag_actions import held


@retried
def transfer_resident(*, resident_id: int, site_id: int, now: datetime, by: int) -> None:
    """From now on a person is registered at `site_id`; both canteens find it in the log.

    Whoever asks must have been found to hold the rights at both. Harmless twice.
    """
    with transaction() as session:
        resident = held(session, resident_id)
        if resident.site_id == site_id:
            return
        note = f"site {resident.site_id} -> {site_id}"
        resident.site_id = site_id
        audit.record(
            session, at=now, staff_id=by, action="transferred",
            subject="resident", subject_id=resident_id, note=note,
        )  # fmt: skip
