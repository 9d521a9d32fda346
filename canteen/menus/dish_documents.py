"""Where rules and plans on offer name dishes inside JSON: by number, or by ``dish:`` and name."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.menus.plan_models import MenuProposal, PlanningRules


def dish_mark(canonical: str) -> str:
    """How a rule names a dish, by its canonical name."""
    return f"dish:{canonical}"


def rule_documents(session: Session) -> Sequence[str]:
    """The planning rules of every site, as they are stored."""
    return session.scalars(select(PlanningRules.document)).all()


def turn_documents(session: Session, marks: Mapping[str, str], ids: Mapping[int, int]) -> None:
    """Let every rule and plan on offer name a dish by another mark or number."""
    rules = session.scalars(select(PlanningRules)).all()
    offered = session.scalars(select(MenuProposal).where(MenuProposal.state == "offered")).all()
    for one in rules:
        one.document = turned(one.document, marks, ids)
    for plan in offered:
        plan.document = turned(plan.document, marks, ids)


def turned(text: str, marks: Mapping[str, str], ids: Mapping[int, int]) -> str:
    """A document with dishes named anew; as it was where none of them is in it."""
    try:
        document = json.loads(text)
    except ValueError:
        return text

    def turn(value: Any, key: str) -> Any:
        if isinstance(value, dict):
            return {name: turn(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [turn(one, key) for one in value]
        if isinstance(value, str):
            return marks.get(value, value)
        return ids.get(value, value) if key in ("dish_id", "dish_ids") else value

    found = turn(document, "")
    return text if found == document else json.dumps(found, ensure_ascii=False)
