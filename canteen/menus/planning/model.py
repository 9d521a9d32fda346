"""What planning says to CP-SAT: one yes-or-no for each dish in each cell.

The places of a cell are alike to the rules, so the model asks only which dishes stand in it;
`seating` gives them their positions afterwards. `model_hard` lists the hard rules in the order of
`checking.RULES`, `model_soft` the soft ones in the order of `rules.SOFT`. The objective is
`scoring.score_of` to the point: for every plan, the least the model can make of it is its score.

Each hard rule can be held in one of three ways:

- kept, as `search` needs it;
- kept while its guard is true (`guards=True`), so that a solver under assumptions can name the
  rules that cannot hold together (`conflicts`);
- kept up to a slack (its code among `relaxed`), whose sum somebody minimises (`nearest`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from canteen.menus.planning.draft import Draft, Line, Place, Terms
from canteen.menus.planning.facts import Plan, PlanFacts
from canteen.menus.planning.layout import Layout
from canteen.menus.planning.model_hard import write_hard_rules
from canteen.menus.planning.model_soft import write_soft_rules


@dataclass(frozen=True, kw_only=True)
class Model(Layout):
    """A model ready to be solved; `cp` already minimises `score`, if soft rules are in it.

    `lines` are all of it as numbers: the linear relaxation and branch and bound are made of them.
    """

    score: Terms
    units: Mapping[str, Terms]
    lines: tuple[Line, ...] = ()


def build(
    facts: PlanFacts,
    *,
    relaxed: Iterable[str] = (),
    guards: bool = False,
    scored: bool = True,
    beside: Plan = (),
    only: Collection[Place] | None = None,
) -> Model:
    """Write down facts as a model.

    `relaxed` are codes of `checking.RULES` that are kept up to a slack ("category" never gives
    way); `guards` gives every hard rule a guard instead, and leaves the soft rules out, as does
    `scored=False`. `beside` is a plan of other weeks, which stays and is kept clear of; `only`
    narrows where dishes may stand. Raises ValueError for an unknown code.
    """
    draft = Draft(facts, relaxed=relaxed, guards=guards, beside=beside, only=only)
    write_hard_rules(draft)
    units = write_soft_rules(draft) if scored and not guards else {}
    score = draft.score_of(units)
    if units:
        draft.cp.minimize(score.expression())
    return Model(
        facts=facts,
        cp=draft.cp,
        stands={(one.cell.key, one.dish.id): one.variable for one in draft.spots},
        score=score,
        units=units,
        rows=tuple(draft.rows),
        lines=tuple(draft.lines),
    )
