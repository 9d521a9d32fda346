"""Founding a canteen: a site that can take money from its first day."""

import re
from datetime import datetime, time
from typing import Any

from sqlalchemy.exc import IntegrityError

from canteen.foundation.database import broke, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.accounts import open_site_accounts
from canteen.sites.models import Device, MealPeriod, Site

_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
"""A site's code stands in the public address of its menu, and in 40 characters."""


def found_site(*, code: str, name: str, now: datetime, **values: Any) -> int | Refusal:
    """Make a site with lunch and dinner, one counter, and its cash box and takings.

    Codes: site_code_form, site_name_form, site_code_taken.
    """
    if not _CODE.fullmatch(code):
        return Refusal("site_code_form", {"code": code[:40]})
    if not 0 < len(name.strip()) <= 80:
        return Refusal("site_name_form", {"name": name[:80]})
    try:
        with transaction() as session:
            site = Site(code=code, name=name, **values)
            session.add(site)
            session.flush()
            session.add_all(
                (
                    MealPeriod(
                        site_id=site.id,
                        code="lunch",
                        name="午餐",
                        name_en="Lunch",
                        starts=time(11),
                        ends=time(13),
                        position=2,
                    ),
                    MealPeriod(
                        site_id=site.id,
                        code="dinner",
                        name="晚餐",
                        name_en="Dinner",
                        starts=time(17),
                        ends=time(18, 30),
                        position=3,
                    ),
                    Device(site_id=site.id, name="一号窗口", created_at=now),
                )
            )
            open_site_accounts(session, site_id=site.id)
            return site.id
    except IntegrityError as error:
        if broke(error, "uq_sites_code", "sites.code"):
            return Refusal("site_code_taken", {"code": code})
        raise
