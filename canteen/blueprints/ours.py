"""Rows that an address names: ours, or not there."""

from typing import Any, Protocol, TypeVar

from flask import abort

from canteen.blueprints.context import site_id_here
from canteen.foundation.database import db


class OfASite(Protocol):
    """A row that belongs to one site."""

    @property
    def site_id(self) -> Any: ...


T = TypeVar("T", bound=OfASite)


def ours(model: type[T], key: Any) -> T:
    """The current site's row under this key; 404 where it is another site's or nowhere.

    One answer for both, so that nobody learns from it what other sites hold.
    """
    found = db.session.get(model, key)
    if found is None or found.site_id != site_id_here():
        abort(404)
    return found
