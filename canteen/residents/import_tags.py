"""The tags of an imported register: proposals of whoever imports, for somebody else to approve.

What is approved is never made longer or rewritten by a file. A row that ends an approved tag
earlier ends it, for that only takes away; one that makes it longer proposes the days beyond.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from canteen.foundation.bulk import insert_rows
from canteen.foundation.wording import Refusal
from canteen.residents.imports import TagRow
from canteen.residents.models import Resident, ResidentTag, TagState
from canteen.residents.tag_rules import overlap


@dataclass(frozen=True)
class TagChange:
    """One tag to propose, to propose otherwise (`tag_id`, still waiting), or to end earlier."""

    kind: Literal["propose", "propose_otherwise", "end"]
    tag: str
    valid_from: date
    valid_until: date | None
    evidence: str
    tag_id: int | None = None


def first_tags(given: TagRow | None) -> list[TagChange]:
    """The tags of somebody who is new."""
    return [_proposal(given, tag) for tag in given.tags] if given else []


def tag_changes(given: TagRow | None, known: Resident) -> list[TagChange] | Refusal:
    """What a row changes in the tags of somebody who is known. Code: tag_overlaps."""
    changes = []
    for tag in given.tags if given else ():
        assert given is not None
        held = [one for one in known.tags if one.tag == tag and one.state != TagState.DECLINED]
        same = next((one for one in held if one.valid_from == given.valid_from), None)
        change = _compared(given, tag, same) if same else _proposal(given, tag)
        if change is None or change.kind == "end":
            changes += [change] if change else []
            continue
        others = [(one.valid_from, one.valid_until) for one in held if one is not same]
        repeated = any(
            (one.valid_from, one.valid_until) == (change.valid_from, change.valid_until)
            for one in held
            if one is not same and one.evidence == change.evidence
        )
        if repeated:  # the renewal that the same file has proposed already
            continue
        if overlap(others, change.valid_from, change.valid_until):
            return Refusal("tag_overlaps")
        changes.append(change)
    return changes


def write_tags(
    session: Session,
    papers: Iterable[tuple[int, Sequence[TagChange]]],
    *,
    now: datetime,
    by: int,
) -> None:
    """Carry out the changes of each person. A proposal rewritten is the rewriter's own."""
    rows: list[dict[str, Any]] = []
    for resident_id, changes in papers:
        for change in changes:
            values: dict[str, Any] = {
                "valid_from": change.valid_from,
                "valid_until": change.valid_until,
                "evidence": change.evidence,
                "recorded_by": by,
                "recorded_at": now,
            }
            if change.kind == "propose":
                known = {"resident_id": resident_id, "tag": change.tag}
                rows.append(known | values | {"state": TagState.PROPOSED})
                continue
            # What somebody has approved or ended since it was read stays as they left it.
            query = update(ResidentTag).where(ResidentTag.id == change.tag_id)
            if change.kind == "end":
                sooner = ResidentTag.valid_until > change.valid_until
                query = query.where(ResidentTag.valid_until.is_(None) | sooner)
                values = {"valid_until": change.valid_until}
            else:
                query = query.where(ResidentTag.state == TagState.PROPOSED)
            session.execute(query.values(**values))
    insert_rows(session, cast(Table, ResidentTag.__table__), rows)


def _compared(given: TagRow, tag: str, same: ResidentTag) -> TagChange | None:
    """A row against the tag that begins on the same day."""
    if same.state == TagState.PROPOSED:
        if (same.valid_until, same.evidence) == (given.valid_until, given.evidence):
            return None
        return TagChange(
            "propose_otherwise", tag, given.valid_from, given.valid_until, given.evidence, same.id
        )
    if same.valid_until is None:
        longer, shorter = False, given.valid_until is not None
    else:
        longer = given.valid_until is None or given.valid_until > same.valid_until
        shorter = given.valid_until is not None and given.valid_until < same.valid_until
    if shorter:
        return TagChange("end", tag, same.valid_from, given.valid_until, same.evidence, same.id)
    if longer and same.valid_until is not None:
        since = same.valid_until + timedelta(days=1)
        return TagChange("propose", tag, since, given.valid_until, given.evidence)
    return None


def _proposal(given: TagRow, tag: str) -> TagChange:
    return TagChange("propose", tag, given.valid_from, given.valid_until, given.evidence)
