"""What the codes of the counts are called, and in which order they stand."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from canteen.blueprints.filters import is_english, named
from canteen.blueprints.statistics.choices import Choice
from canteen.residents.tags import BY_CODE
from canteen.sites import queries as sites
from canteen.statistics import queries
from canteen.statistics.rules import DINER, GUEST, UNNAMED, Dimension, summed
from canteen.statistics.wording import CHANNELS

_BAND = re.compile(r"^(\d+)-(\d+)$")


@dataclass(frozen=True)
class Namer:
    """Names for one side of the counts; `standing` puts units under the chosen level."""

    name: Callable[[str], str]
    order: Callable[[str], Any]
    account: Callable[[str], str]
    standing: Mapping[str, str] = field(default_factory=dict)


def name_codes(session: Session, site_id: int, choice: Choice, found: queries.Figures) -> Namer:
    """Look up the names a page needs; at most three queries."""
    payers = {code: named(funder) for code, funder in queries.funders(session).items()}

    def account(code: str) -> str:
        if code == UNNAMED:
            return _("没有写明出资方")
        return payers.get(code) or (_("餐费收入") if code.startswith("revenue:") else code)

    group = choice.group
    if group is Dimension.GRID:
        codes = list(summed(found.counts, Dimension.GRID))
        standing, places = queries.places_of(session, codes, choice.level)
        elsewhere = {GUEST: _("散客"), "": _("没有地址")}
        order = [*sorted(places, key=lambda code: places[code].sort_key), *elsewhere]
        return Namer(
            lambda code: places[code].name if code in places else elsewhere[code],
            order.index,
            account,
            standing,
        )
    if group is Dimension.PAYER:
        return Namer(
            lambda code: _("本人") if code == DINER else account(code),
            lambda code: (code == DINER, code),
            account,
        )
    names = _fixed_names(session, site_id, group)
    places_in_order = {code: index for index, code in enumerate(names)}
    return Namer(
        lambda code: names.get(code) or _other_name(group, code),
        lambda code: (places_in_order.get(code, len(names)), _age_order(code), code),
        account,
    )


def _fixed_names(session: Session, site_id: int, group: Dimension) -> dict[str, str]:
    if group is Dimension.PERIOD:
        return {one.code: named(one) for one in sites.periods(session, site_id)}
    if group is Dimension.CHANNEL:
        return {code: str(name) for code, name in CHANNELS.items()}
    if group is Dimension.TAG:
        return {tag.code: tag.en if is_english() else tag.zh for tag in BY_CODE.values()}
    return {}


def _other_name(group: Dimension, code: str) -> str:
    if group is Dimension.TAG and not code:
        return _("没有类别")
    if group is Dimension.AGE_BAND:
        return _band_name(code)
    return code or _("没有填写")


def _band_name(code: str) -> str:
    between = _BAND.match(code)
    if between:
        return _("%(low)s–%(high)s 岁", low=between[1], high=between[2])
    if code.startswith("<"):
        return _("%(age)s 岁以下", age=code[1:])
    if code.endswith("+"):
        return _("%(age)s 岁及以上", age=code[:-1])
    return _("散客") if code == GUEST else _("年龄不详")


def _age_order(code: str) -> int:
    digits = re.search(r"\d+", code)
    if code.startswith("<"):
        return 0
    return int(digits[0]) if digits else 1000
