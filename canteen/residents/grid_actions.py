"""Changing the grid: new places, names, leaders, lifts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import broke, transaction
from canteen.foundation.wording import Refusal
from canteen.residents import grid, grid_queries
from canteen.residents.addresses import check_node_name
from canteen.residents.identity import check_name, check_phone
from canteen.residents.models import GridNode, Level


def add_nodes(
    *, parent_id: int | None, names: Sequence[str], units: int = 0, now: datetime, by: int
) -> int | Refusal:
    """Add places below a node (None: communities); below each building `units` units.

    Names that are there already are left alone, so that 1–15 may follow 1–10. Returns how
    many are new. Codes: those of `check_node_name`, nothing_below.
    """
    try:
        with transaction() as session:
            parent = session.get_one(GridNode, parent_id) if parent_id else None
            level = grid.level_below(parent.level) if parent else Level.COMMUNITY
            if level is None:
                return Refusal("nothing_below")
            made = 0
            for text in names:
                name = check_node_name(text, level)
                if isinstance(name, Refusal):
                    session.rollback()
                    return name
                made += _add_missing(session, parent, name, units)
            _note(session, "added_grid_nodes", parent_id or 0, str(made), now, by)
            return made
    except IntegrityError as error:
        if _taken(error):
            return Refusal("node_taken")
        raise


def change_node(
    *,
    node_id: int,
    name: str,
    leader_name: str,
    leader_phone: str,
    has_lift: bool | None,
    now: datetime,
    by: int,
) -> Refusal | None:
    """Set a place's name, leader and lift. Codes: of the names and phones, node_taken."""
    try:
        with transaction() as session:
            node = session.get_one(GridNode, node_id)
            checked = check_node_name(name, node.level)
            leader = check_name(leader_name) if leader_name.strip() else ""
            phone = check_phone(leader_phone) if leader_phone.strip() else ""
            for found in (checked, leader, phone):
                if isinstance(found, Refusal):
                    return found
            if checked != node.name:
                grid.rename_node(session, node, str(checked))
            node.leader_name, node.leader_phone = str(leader), str(phone)
            node.has_lift = has_lift
            _note(session, "changed_grid_node", node_id, str(checked), now, by)
            return None
    except IntegrityError as error:
        if _taken(error):
            return Refusal("node_taken")
        raise


def remove_node(*, node_id: int, now: datetime, by: int) -> Refusal | None:
    """Take away a place that was made by mistake. Code: node_not_empty."""
    try:
        with transaction() as session:
            node = session.get_one(GridNode, node_id)
            if not grid_queries.is_empty(session, node):
                return Refusal("node_not_empty")
            _note(session, "removed_grid_node", node_id, node.name, now, by)
            session.delete(node)
            return None
    except IntegrityError:  # a volunteer answers for it, or somebody has just moved in
        return Refusal("node_not_empty")


def _add_missing(session: Session, parent: GridNode | None, name: str, units: int) -> int:
    siblings = {child.name: child for child in grid_queries.children(session, parent, deep=False)}
    node = siblings.get(name) or grid.add_node(session, parent, name)
    made = int(name not in siblings)
    if node.level == Level.BUILDING:
        for number in range(1, units + 1):
            made += _add_missing(session, node, f"{number}单元", 0)
    return made


def _taken(error: IntegrityError) -> bool:
    columns = ("grid_nodes.parent_id", "grid_nodes.name")
    return broke(error, "uq_grid_nodes_parent_id_name", *columns)


def _note(session: Session, action: str, node_id: int, note: str, now: datetime, by: int) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action,
        subject="grid_node", subject_id=node_id, note=note,
    )  # fmt: skip
