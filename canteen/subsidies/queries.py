"""Reading policies and funders."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Date, Integer, bindparam, or_, select
from sqlalchemy.orm import Session

from canteen.foundation.database import json_rows, read_json_rows
from canteen.foundation.prepared import Prepared
from canteen.sites.models import Site
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.models import Funder, PolicyVersion, SitePolicy
from canteen.subsidies.policy import Policy

_DOCUMENT = Prepared(
    lambda _dialect: select(PolicyVersion.__table__.c.document).where(
        PolicyVersion.__table__.c.id == bindparam("version_id", type_=Integer())
    )
)

_parsed: WeakKeyDictionary[Any, dict[int, Policy]] = WeakKeyDictionary()
"""Parsed documents by connection pool and version id: a published version never changes."""


def versions_in_force(dialect: str) -> Any:
    """A scalar subquery: [order, code, version, id] of what a site settles by on a day.

    Wants the parameters ``site_id`` and ``service_date``; read it with `newest_policies`.
    """
    day = bindparam("service_date", type_=Date())
    adopted: Any = SitePolicy.__table__
    versions: Any = PolicyVersion.__table__
    return (
        select(
            json_rows(
                dialect,
                adopted.c.id,
                versions.c.code,
                versions.c.version,
                versions.c.id,
            )
        )
        .join_from(adopted, versions, versions.c.code == adopted.c.policy_code)
        .where(
            adopted.c.site_id == bindparam("site_id", type_=Integer()),
            adopted.c.valid_from <= day,
            or_(adopted.c.valid_until.is_(None), adopted.c.valid_until >= day),
            versions.c.valid_from <= day,
            or_(versions.c.valid_until.is_(None), versions.c.valid_until >= day),
        )
        .scalar_subquery()
    )


def newest_policies(session: Session | Connection, rows: Iterable[Sequence[Any]]) -> list[Policy]:
    """The newest version of each policy among `rows`, in the order the site adopted them."""
    newest: dict[str, tuple[int, int, int]] = {}
    for order, code, version, version_id in rows:
        if code not in newest or version > newest[code][1]:
            newest[code] = (order, version, version_id)
    return [
        _policy(session, version_id) for _order, _version, version_id in sorted(newest.values())
    ]


def policies_at(session: Session, *, site_id: int, service_date: date) -> list[Policy]:
    """What a site settles by on a day."""
    rows = session.scalar(
        select(versions_in_force(session.get_bind().dialect.name)),
        {"site_id": site_id, "service_date": service_date},
    )
    return newest_policies(session, read_json_rows(rows))


def published_versions(session: Session) -> Sequence[PolicyVersion]:
    """Every published version, by code and version."""
    query = select(PolicyVersion).order_by(PolicyVersion.code, PolicyVersion.version)
    return session.scalars(query).all()


def adoptions(session: Session) -> Sequence[tuple[str, SitePolicy]]:
    """(site's code, adoption) of every site, by site and first day."""
    query = (
        select(Site.code, SitePolicy)
        .join(Site, Site.id == SitePolicy.site_id)
        .order_by(Site.code, SitePolicy.valid_from, SitePolicy.id)
    )
    return [(code, adopted) for code, adopted in session.execute(query)]


def funders(session: Session) -> Sequence[Funder]:
    """Everybody who pays for meals, by code."""
    return session.scalars(select(Funder).order_by(Funder.code)).all()


def _policy(session: Session | Connection, version_id: int) -> Policy:
    engine: Any = session.engine if isinstance(session, Connection) else session.get_bind()
    known = _parsed.setdefault(engine.pool, {})  # an engine with options shares the pool
    if version_id not in known:
        connection = session if isinstance(session, Connection) else session.connection()
        row = _DOCUMENT.one(connection, {"version_id": version_id})
        known[version_id] = parse_policy(row.document)
    return known[version_id]


def parsed_version(session: Session, version_id: int) -> Policy:
    """A published version as a policy. Parsed once a process: it never changes."""
    return _policy(session, version_id)


def funder_names(session: Session, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Names of funders in Chinese and English, by code."""
    wanted = set(codes)
    if not wanted:
        return {}
    rows = session.execute(
        select(Funder.code, Funder.name, Funder.name_en).where(Funder.code.in_(wanted))
    )
    return {code: (zh, en or zh) for code, zh, en in rows}
