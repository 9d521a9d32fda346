"""``canteen menus plan``: weeks planned in a terminal, shown, and put into the draft."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar
from unicodedata import east_asian_width

import click
from flask_babel import force_locale

from canteen.foundation.calendar import week_name, week_of
from canteen.foundation.database import db
from canteen.foundation.terminal import complain
from canteen.foundation.wording import Refusal
from canteen.menus import plan_queries, queries
from canteen.menus.plan_actions import keep_offer, take_proposal
from canteen.menus.plan_asked import Asked, Place
from canteen.menus.plan_conflict_words import demand_words, way_out
from canteen.menus.plan_documents import Offer, offer_of
from canteen.menus.plan_facts import read_facts, settings_of
from canteen.menus.plan_making import Phase, make_plan
from canteen.menus.plan_measures import Measures
from canteen.menus.plan_offering import not_to_be_offered
from canteen.menus.plan_words import Names, broken_words, day_words, joined, rule_words
from canteen.menus.planning.demands import Remedy
from canteen.menus.planning.outcome import Tidings
from canteen.sites.models import Site

T = TypeVar("T")
CONFLICT, UNUSABLE = 1, 2
_PHASES = {
    "search": "正在排",
    "reasons": "规则凑不到一起，正在找原因",
    "nearest": "正在排最接近的方案",
}


@dataclass(frozen=True)
class BothNames:
    """The words of a site for a reader of Chinese and one of English."""

    zh: Names
    en: Names

    def say(self, words: Callable[[T, Names], str], thing: T) -> str:
        """What `words` makes of something, in Chinese / English."""
        chinese = words(thing, self.zh)
        with force_locale("en"):
            return f"{chinese} / {words(thing, self.en)}"


class Progress:
    """One line of the terminal that says how far the search is; nothing where nobody looks."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._began, self._said = seconds, time.monotonic(), 0.0
        self._shown = sys.stderr.isatty()

    def tell(self, phase: Phase, tidings: Tidings | None) -> None:
        """News; at most twice a second a new line over the old one."""
        now = time.monotonic()
        if not self._shown or now - self._said < 0.5:
            return
        self._said = now
        words = f"{_PHASES[phase]} {now - self._began:.0f} 秒"
        if tidings is not None and tidings.found and tidings.points:
            words += "，已有可用方案"
            if tidings.bound is not None:
                gap = 100 * (tidings.points - tidings.bound) / tidings.points
                words += f"，距最优最多 {max(0.0, gap):.1f} %"
        click.echo(f"\r\x1b[K{words}", nl=False, err=True)

    def end(self) -> None:
        """Leave the line empty."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def plan_weeks(
    site: Site,
    *,
    monday: date,
    weeks: int,
    periods: tuple[str, ...],
    seconds: int | None,
    keep: bool,
    dry_run: bool,
) -> int:
    """Plan, print, and put into the draft; the exit code: 0, CONFLICT or UNUSABLE."""
    session, now = db.session(), datetime.now(UTC)
    asked = Asked(
        site_id=site.id,
        monday=monday,
        weeks=weeks,
        periods=periods,
        keep=keep,
        seconds=settings_of(session, site.id).seconds if seconds is None else seconds,
    )
    refusal = plan_queries.why_not_now(asked)
    read = refusal or read_facts(session, asked)
    if isinstance(read, Refusal):
        return _unusable(read)
    session.rollback()
    progress = Progress(asked.seconds)
    made = make_plan(read.facts, seconds=asked.seconds, tell=progress.tell)
    progress.end()
    if made.problems:
        return _unusable(*made.problems)
    names = _names_of(site.id)
    if refused := not_to_be_offered(made):
        complain(refused)
        return CONFLICT
    offer = offer_of(read, made)
    _print_offer(offer, names)
    if offer.impossible or offer.broken:
        return CONFLICT
    return 0 if dry_run else _take(offer, now)


def _names_of(site_id: int) -> BothNames:
    chinese = plan_queries.names_of(db.session(), site_id)
    with force_locale("en"):
        return BothNames(chinese, plan_queries.names_of(db.session(), site_id))


def _take(offer: Offer, now: datetime) -> int:
    number = keep_offer(offer, now=now, by=None)
    taken = take_proposal(site_id=offer.asked.site_id, proposal_id=number, now=now, by=None)
    if isinstance(taken, Refusal):
        return _unusable(taken)
    weeks = "、".join(week_name(one) for one in offer.asked.mondays)
    click.echo(f"{weeks}：已放进草稿，{taken} 格有变化 / in the draft, places changed: {taken}")
    return 0


def _print_offer(offer: Offer, names: BothNames) -> None:
    if offer.conflict is not None:
        if offer.conflict.demands:
            click.echo("规则凑不到一起，下面这几条不能同时做到 / These cannot all hold:")
        else:
            click.echo("规则凑不到一起 / The rules cannot all hold")
        for demand in offer.conflict.demands:
            click.echo(f"  · {names.say(demand_words, demand)}")
        if offer.conflict.remedies:
            click.echo("下面任选一条，就能排出来 / Any one of these makes a plan possible:")
        for remedy in offer.conflict.remedies:
            click.echo(f"  → {names.say(_way_out_words, remedy)}")
    if not offer.places:
        return
    if offer.broken:
        click.echo("最接近的方案（没有放进草稿） / The nearest plan, not in the draft:")
    for monday in offer.asked.mondays:
        _print_week(offer, names.zh, monday)
    _print_certificate(offer, names)


def _way_out_words(remedy: Remedy, names: Names) -> str:
    return way_out(remedy, names).text


def _print_week(offer: Offer, names: Names, monday: date) -> None:
    """A week as a table: a line for each place, a column for each day."""
    days = week_of(monday)
    click.echo(f"\n{week_name(monday)}")
    click.echo(_line(["", *(f"{day_words(day)} {day.day}" for day in days)]))
    period = ""
    for slot in queries.slots_of(db.session(), offer.asked.site_id):
        here = [p for p in offer.places if p[0] in days and p[1:3] == (slot.period, slot.code)]
        if here and slot.period != period:
            period = slot.period
            click.echo(f"— {names.period(period)}")
        for position in range(max((p[3] for p in here), default=-1) + 1):
            head = names.slot(slot.period, slot.code) if position == 0 else ""
            cells = [_cell(offer, names, (d, slot.period, slot.code, position)) for d in days]
            click.echo(_line([head, *cells]))


def _cell(offer: Offer, names: Names, place: Place) -> str:
    dish_id = offer.places.get(place)
    return names.dish(dish_id) if dish_id else ""


def _line(cells: list[str], wide: int = 15) -> str:
    """Cells of equal width; a Chinese sign takes two columns."""
    return " ".join(_padded(cell, 10 if n == 0 else wide) for n, cell in enumerate(cells)).rstrip()


def _padded(text: str, wide: int) -> str:
    used, kept = 0, ""
    for sign in text:
        step = 2 if east_asian_width(sign) in "WF" else 1
        if used + step > wide:
            break
        used, kept = used + step, kept + sign
    return kept + " " * (wide - used)


def _print_certificate(offer: Offer, names: BothNames) -> None:
    measures: Measures | None = offer.measures
    assert measures is not None
    one = measures.certificate
    click.echo("")
    if one.broken:
        click.echo(
            f"{one.days} 天 {one.dishes} 道，{one.broken} 处没有守住规则"
            f" / days {one.days}, dishes {one.dishes}, rules not kept: {one.broken}"
        )
        for broken in offer.broken:
            click.echo(f"  ✕ {names.say(broken_words, broken)}")
        return
    click.echo(
        f"{one.days} 天 {one.dishes} 道，没有重复：已核对"
        f" / days {one.days}, dishes {one.dishes}, no repeat: checked"
    )
    click.echo(f"  ✓ {names.say(_rules_words, one.rules)}")
    if not offer.nearest and offer.gap is not None:
        gap = f"{100 * offer.gap:.1f} %"
        zh = "已证明最优" if offer.gap == 0 else f"距最优最多 {gap}"
        en = "proven optimal" if offer.gap == 0 else f"at most {gap} from the optimum"
        click.echo(f"{zh}，用了 {offer.seconds} 秒 / {en}, {offer.seconds} s")


def _rules_words(rules: Sequence[str], _names: Names) -> str:
    return joined(rule_words(rule) for rule in rules)


def _unusable(*refusals: Refusal) -> int:
    for one in refusals:
        complain(one)
    return UNUSABLE
