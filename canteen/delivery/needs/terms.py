"""Saying until when a period can be changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from canteen.delivery.needs.models import DeliveryTerms
from canteen.foundation import audit
from canteen.foundation.database import transaction
from canteen.sites.models import Site


def save_terms(
    *, site_id: int, period_code: str, values: Mapping[str, Any], by: int, now: datetime
) -> None:
    """Set until when deliveries of a period can be changed and volunteers can cancel."""
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # one change at a time
        row = session.get(DeliveryTerms, (site_id, period_code))
        if row is None:
            row = DeliveryTerms(site_id=site_id, period_code=period_code)
            session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="set_delivery_terms",
            subject="site",
            subject_id=site_id,
            note=period_code,
        )
