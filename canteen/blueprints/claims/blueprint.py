"""The blueprint of claims, and what its views share."""

from typing import Any

from flask import Blueprint, abort

from canteen.blueprints.claims import names
from canteen.blueprints.claims.choices import managed_ids
from canteen.blueprints.context import current_site
from canteen.claims import queries
from canteen.claims.queries import ClaimRow
from canteen.claims.wording import CAUSES, KINDS
from canteen.foundation.database import db
from canteen.sites import queries as sites

blueprint = Blueprint("claims", __name__, url_prefix="/claims")


@blueprint.app_template_filter()
def either(pair: names.Both) -> str:
    """(Chinese, English) in the reader's language."""
    return names.either(pair)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What every template of the room calls things."""
    return {
        "period_name": names.period_name,
        "span_name": names.span_name,
        "kind_names": KINDS,
        "cause_names": CAUSES,
    }


def claim_or_404(claim_id: int) -> ClaimRow:
    """A claim the signed-in person may see."""
    return queries.one_claim(db.session(), claim_id=claim_id, site_ids=managed_ids()) or abort(404)


def meal_periods() -> dict[str, Any]:
    """The current site's meal periods by code, for the names of lines."""
    return {one.code: one for one in sites.periods(db.session(), current_site().id)}
