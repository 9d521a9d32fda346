"""The policies behind entries: their rules' names, whom they are for, what they limit."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.claims.doubts import Terms
from canteen.claims.recount import Limit, limits_of
from canteen.ledger.booking import WITHDRAWN
from canteen.subsidies.models import PolicyVersion
from canteen.subsidies.policy import Grant, Policy, Rule, TopUp
from canteen.subsidies.queries import newest_policies, policies_at

Both = tuple[str, str]

OWN_RULES: dict[str, Both] = {"free_meal/programme": ("免费送餐", "free meals")}
"""What stands in an entry without a policy behind it."""


class Versions:
    """Published policies by code and version, read once; documents never change."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._published: dict[str, list[tuple[int, int, datetime]]] = {}
        self._in_force: dict[tuple[int, date], list[Policy]] = {}
        self._limits: dict[tuple[str, int, date], tuple[Limit, ...]] = {}
        query = select(
            PolicyVersion.code, PolicyVersion.version, PolicyVersion.id, PolicyVersion.published_at
        ).order_by(PolicyVersion.code, PolicyVersion.version.desc())
        for code, *version in session.execute(query):
            self._published.setdefault(code, []).append(tuple(version))  # type: ignore[arg-type]

    def limits(self, label: str, site_id: int, day: date) -> tuple[Limit, ...]:
        """What limits a meal: the policies it was priced with (``a@1;b@2``), and whatever
        counts the parts of all policies in force at its site that day."""
        key = (label, site_id, day)
        if key not in self._limits:
            own = list(self._named(label))
            codes = {policy.code for policy in own}
            around = [one for one in self._at(site_id, day) if one.code not in codes]
            self._limits[key] = tuple(
                limit
                for policies, everywhere in ((own, False), (around, True))
                for policy in policies
                for limit in limits_of(policy, only_everywhere=everywhere)
            )
        return self._limits[key]

    def terms(self, entry: str, label: str, site_id: int, day: date) -> Terms | None:
        """Whom the rule, grant or top-up of an entry (``policy/rule``) is for."""
        code, _, rule_code = entry.partition("/")
        candidates = [*self._named(label), *self._at(site_id, day)]
        for policy in (one for one in candidates if one.code == code):
            for rule in policy.rules:
                if rule.code == rule_code:
                    return Terms(rule.who, rule.bands)
            others: tuple[Grant | TopUp, ...] = (*policy.grants, *policy.top_ups)
            for other in others:
                if other.code == rule_code:
                    return Terms(other.who)
        return None

    def name(self, entry: str, *, until: datetime | None = None) -> Both:
        """What an entry's rule is called: policy and rule, in the newest version that has it.

        `until` leaves out versions published later. An unknown one stands for itself.
        """
        if entry in OWN_RULES:
            return OWN_RULES[entry]
        code, _, rule_code = entry.removeprefix(WITHDRAWN).partition("/")
        for version, version_id, published_at in self._published.get(code, ()):
            if until is not None and published_at > until:
                continue
            policy = self._policy(code, version, version_id)
            rules: tuple[Rule | Grant | TopUp, ...]
            rules = (*policy.rules, *policy.grants, *policy.top_ups)
            for rule in rules:
                if rule.code == rule_code:
                    return (
                        f"{policy.name.zh} · {rule.name.zh}",
                        f"{policy.name.en} · {rule.name.en}",
                    )
        return entry, entry

    def names(self, entries: Iterable[str], *, until: datetime | None = None) -> dict[str, Both]:
        """`name` of many."""
        return {entry: self.name(entry, until=until) for entry in set(entries)}

    def _named(self, label: str) -> Iterable[Policy]:
        for one in filter(None, label.split(";")):
            code, _, number = one.partition("@")
            for version, version_id, _published_at in self._published.get(code, ()):
                if str(version) == number:
                    yield self._policy(code, version, version_id)

    def _policy(self, code: str, version: int, version_id: int) -> Policy:
        rows: list[list[Any]] = [[0, code, version, version_id]]
        return newest_policies(self._session, rows)[0]

    def _at(self, site_id: int, day: date) -> list[Policy]:
        key = (site_id, day)
        if key not in self._in_force:
            if len(self._in_force) > 1000:
                self._in_force.clear()
            self._in_force[key] = policies_at(self._session, site_id=site_id, service_date=day)
        return self._in_force[key]
