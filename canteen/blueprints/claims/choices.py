"""What the address of a claims page asks for, each word checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from canteen.blueprints.context import own_sites
from canteen.blueprints.row_ids import row_id
from canteen.claims.rules import Span, month_of, quarter_of
from canteen.sites.models import Site
from canteen.staff.rules import Role

_SPAN = re.compile(r"^(20\d\d)-(?:(0[1-9]|1[0-2])|Q([1-4]))$", re.ASCII)
_CLAIMING = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Choice:
    """A claim to be: of which funder, for which days, at which of one's sites.

    `everywhere` is true while no site was left out: the address then names none.
    """

    funder_code: str
    span: Span
    site_ids: tuple[int, ...]
    everywhere: bool

    def query(self, **changes: Any) -> dict[str, Any]:
        """The words of the address that lead here again, with some of them changed."""
        words: dict[str, Any] = {"funder": self.funder_code, "period": self.span.name}
        if not self.everywhere:
            words["site"] = list(self.site_ids)
        return {**words, **changes}


def managed_sites() -> list[Site]:
    """The sites whose money the signed-in person answers for, by id."""
    if "managed_sites" not in g:
        g.managed_sites = [s for s in own_sites() if current_user.roles_at(s.id) & _CLAIMING]
    sites: list[Site] = g.managed_sites
    return sites


def managed_ids() -> tuple[int, ...]:
    """Their ids."""
    return tuple(site.id for site in managed_sites())


def read_span(text: str) -> Span | None:
    """The month or quarter that ``2026-06`` or ``2026-Q2`` names."""
    found = _SPAN.match(text)
    if not found:
        return None
    year = int(found[1])
    if found[3]:
        return quarter_of(date(year, 3 * int(found[3]), 1))
    return month_of(date(year, int(found[2]), 1))


def read_choice(
    words: MultiDict[str, str], *, funders: Sequence[str], default: Choice
) -> Choice | str:
    """The choice that an address or a form makes; a sentence for the first word amiss.

    What is not said is as in `default`; sites that are not one's own are left out.
    """
    funder = words.get("funder", "").strip() or default.funder_code
    if funder not in funders:
        return _("没有“%(value)s”这个出资方", value=funder[:40])
    text = words.get("period", "").strip()
    span = read_span(text) if text else default.span
    if span is None:
        return _("没有“%(value)s”这一期，请填如 2026-06 或 2026-Q2", value=text[:20])
    mine = managed_ids()
    chosen = set(words.getlist("site", type=row_id))
    sites = tuple(site_id for site_id in mine if site_id in chosen) or mine
    return Choice(funder, span, sites, everywhere=sites == mine)
