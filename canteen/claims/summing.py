"""Adding entries up: by rule, by site, by kind, what was carried and what corrects."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select, union_all
from sqlalchemy.orm import Session

from canteen.claims.models import ClaimLine
from canteen.claims.policies import Versions
from canteen.claims.rules import Total, Totals
from canteen.claims.wording import KINDS
from canteen.sites.models import Site

Both = tuple[str, str]

CARRIED: Both = ("以前漏报", "carried over")
CORRECTIONS: Both = ("更正", "corrections")


class Group(NamedTuple):
    """Entries that are alike, counted and added up."""

    policy: str
    kind: str
    site_id: int
    carried: bool
    corrects: bool
    lines: int
    fen: int


def groups_of_entries(
    session: Session, selects: Sequence[Select[*tuple[Any, ...]]], first_day: date
) -> list[Group]:
    """What selects of `entries` hold, in one read."""
    entry = union_all(*selects).subquery()
    return _groups(session, entry.c, first_day)


def groups_of_claim(session: Session, claim_id: int, first_day: date) -> list[Group]:
    """What a claim's lines hold, in one read."""
    line: Any = ClaimLine.__table__
    return _groups(session, line.c, first_day, line.c.claim_id == claim_id)


def _groups(session: Session, entry: Any, first_day: date, *conditions: Any) -> list[Group]:
    corrects = case((entry.corrects_id.is_not(None), 1), else_=0)
    carried = case((entry.service_date < first_day, 1), else_=0)
    keys = (entry.policy, entry.kind, entry.site_id, carried, corrects)
    query = (
        select(*keys, func.count(), func.sum(entry.amount_fen)).where(*conditions).group_by(*keys)
    )
    return [
        Group(policy, kind, site_id, bool(old) and not back, bool(back), lines, int(fen))
        for policy, kind, site_id, old, back, lines, fen in session.execute(query)
    ]


def totals(session: Session, groups: Sequence[Group], *, until: datetime | None = None) -> Totals:
    """Groups as a cover shows them; names of rules as published up to `until`."""
    versions = Versions(session)
    sites = _site_names(session, {group.site_id for group in groups})
    return Totals(
        lines=sum(group.lines for group in groups),
        total_fen=sum(group.fen for group in groups),
        by_rule=_by(
            groups, lambda group: group.policy, lambda key: versions.name(key, until=until)
        ),
        by_site=_by(groups, lambda group: str(group.site_id), lambda key: sites[int(key)]),
        by_kind=_by(groups, lambda group: group.kind, lambda key: KINDS.get(key, (key, key))),
        carried=_one("carried", CARRIED, (group for group in groups if group.carried)),
        corrections=_one("corrections", CORRECTIONS, (group for group in groups if group.corrects)),
    )


def _by(
    groups: Sequence[Group], key: Callable[[Group], str], name: Callable[[str], Both]
) -> list[Total]:
    found: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        found[key(group)].append(group)
    return [_one(one, name(one), found[one]) for one in sorted(found, key=_in_order)]


def _in_order(key: str) -> tuple[int, str]:
    """Ids of sites by number, codes by letter."""
    return (int(key), "") if key.isdecimal() else (0, key)


def _one(key: str, name: Both, groups: Iterable[Group]) -> Total:
    alike = list(groups)
    return Total(key, name, sum(one.lines for one in alike), sum(one.fen for one in alike))


def _site_names(session: Session, ids: set[int]) -> dict[int, Both]:
    rows = session.execute(select(Site.id, Site.name, Site.name_en).where(Site.id.in_(ids)))
    return {site_id: (zh, en or zh) for site_id, zh, en in rows}


def totals_of_nothing() -> Totals:
    """The totals of no lines at all."""
    nothing = Total("carried", CARRIED, 0, 0), Total("corrections", CORRECTIONS, 0, 0)
    return Totals(0, 0, (), (), (), *nothing)
