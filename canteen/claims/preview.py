"""What a claim would hold if it were closed now, and what should be looked at before."""

from collections.abc import Sequence
from datetime import date
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.claims import entries, summing
from canteen.claims.models import Claim, ClaimSite, ClaimState
from canteen.claims.problems import find_problems
from canteen.claims.rules import Preview, Problem, Span, Totals, why_not_closed
from canteen.foundation.wording import Refusal

_NOTHING = summing.totals_of_nothing()


def preview(
    session: Session,
    *,
    funder_code: str,
    first_day: date,
    last_day: date,
    site_ids: Sequence[int],
    today: date,
    problems_shown: int = 200,
    checked_up_to: int | None = None,
) -> Preview:
    """What a claim would hold now, and what should be looked at before it is closed.

    Changes nothing. Any days are previewed; what is not a whole month or quarter, or not
    over yet, stands in `refusal`. Streams: memory does not grow with the lines. A claim of
    more lines than `checked_up_to` is only added up: looking at each takes too long for a page.
    """
    account_id = entries.account_of(session, funder_code)
    refusal = why_not(
        session,
        funder_code=funder_code,
        first_day=first_day,
        last_day=last_day,
        site_ids=site_ids,
        today=today,
    )
    totals, problems, count, over_fen = _NOTHING, list[Problem](), 0, 0
    checked = True
    if account_id is not None and site_ids:
        reached = entries.reaches(
            session, funder_code=funder_code, site_ids=site_ids, before=first_day
        )
        totals = _totals(session, account_id, reached, first_day, last_day)
        checked = checked_up_to is None or totals.lines <= checked_up_to
        if checked:
            found = find_problems(
                session,
                account_id=account_id,
                reached=reached,
                last_day=last_day,
            )
            problems = list(islice(found, problems_shown))
            count, over_fen = len(problems), sum(problem.over_fen for problem in problems)
            for problem in found:
                count += 1
                over_fen += problem.over_fen
    if refusal is None and not totals.lines:
        refusal = Refusal("claim_empty")
    return Preview(
        funder_code=funder_code,
        span=Span(first_day, last_day),
        site_ids=tuple(sorted(set(site_ids))),
        totals=totals,
        problems=problems,
        problem_count=count,
        over_fen=over_fen,
        refusal=refusal,
        checked=checked,
    )


def why_not(
    session: Session,
    *,
    funder_code: str,
    first_day: date,
    last_day: date,
    site_ids: Sequence[int],
    today: date,
) -> Refusal | None:
    """Why such a claim may not be closed, as far as it can be known without its lines."""
    return why_not_closed(
        funder_code=funder_code,
        funder_known=entries.account_of(session, funder_code) is not None,
        first_day=first_day,
        last_day=last_day,
        site_ids=site_ids,
        today=today,
        overlapping=_overlapping(session, funder_code, first_day, last_day, site_ids),
    )


def _overlapping(
    session: Session, funder_code: str, first_day: date, last_day: date, site_ids: Sequence[int]
) -> str | None:
    query = (
        select(Claim.number)
        .join(ClaimSite, ClaimSite.claim_id == Claim.id)
        .where(
            Claim.funder_code == funder_code,
            Claim.state == ClaimState.CLOSED,
            Claim.first_day <= last_day,
            Claim.last_day >= first_day,
            ClaimSite.site_id.in_(site_ids),
        )
        .order_by(Claim.first_day, Claim.id)
        .limit(1)
    )
    return session.scalar(query)


def _totals(
    session: Session,
    account_id: int,
    reached: Sequence[entries.Reach],
    first_day: date,
    last_day: date,
) -> Totals:
    selects = entries.unclaimed(account_id, reached, last_day)
    return summing.totals(session, summing.groups_of_entries(session, selects, first_day))
