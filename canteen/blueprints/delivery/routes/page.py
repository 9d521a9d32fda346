"""A plan of rounds as its page shows it: hours as people write them, words for every limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from canteen.blueprints.delivery.routes.picture import Picture, picture_of
from canteen.delivery.queries import DraftStop
from canteen.delivery.routes.actions import Cost
from canteen.delivery.routes.reading import Figures, Shown
from canteen.delivery.routes.wording import BROKEN, MOVED, PLACED_BY, TRANSPORT, UNSERVED
from canteen.delivery.routing.checking import OVER_CAPACITY, Fault
from canteen.delivery.routing.comparing import GONE, NEW


@dataclass(frozen=True)
class Row:
    """A door in a list."""

    stop_id: int
    address: str
    name: str
    position: int = 0
    clock: str = ""
    broken: tuple[str, ...] = ()
    moved: str = ""
    placed: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Card:
    """One volunteer's round; without doors they stay at home."""

    courier_id: int
    name: str
    transport: str
    boxes: int
    capacity: int
    leaves: str
    back: str
    minutes: int
    metres: int
    rows: Sequence[Row]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One figure, of the present order and of the plan."""

    label: str
    before: str
    now: str
    better: bool
    worse: bool


@dataclass(frozen=True)
class Page:
    """Everything the template says."""

    cards: Sequence[Card]
    unserved: Sequence[Row]
    lines: Sequence[Line]
    moved_count: int
    gone_count: int
    guessed_count: int
    hot_until: str
    by_streets: str
    touched: bool
    start_known: bool
    picture: Picture


def page_of(shown: Shown) -> Page:
    """The page of a plan."""
    draft = {stop.plan.resident_id: stop for stop in shown.draft.stops}
    rounds = {one.courier_id: one for one in shown.plan.rounds}
    placed = {stop.stop_id: stop.placed_by for stop in shown.table.question.stops}
    cards = []
    for courier in shown.table.question.couriers:
        one = rounds.get(courier.courier_id)
        volunteer = shown.draft.volunteers[courier.courier_id]
        rows = [
            _row(shown, draft[visit.stop_id], placed, number, clock(visit.hands_over_at))
            for number, visit in enumerate(one.visits if one else (), 1)
        ]
        cards.append(
            Card(
                courier_id=courier.courier_id,
                name=volunteer.name,
                transport=str(TRANSPORT[courier.transport]),
                boxes=one.boxes if one else 0,
                capacity=courier.capacity,
                leaves=clock(one.leaves_at) if one else "",
                back=clock(one.back_at) if one else "",
                minutes=_minutes(one.seconds) if one else 0,
                metres=one.metres if one else 0,
                rows=rows,
                broken=tuple(
                    fault_words(fault)
                    for fault in shown.faults
                    if fault.courier_id == courier.courier_id and not fault.stop_id
                ),
            )
        )
    gone = [one for one in shown.moved.values() if one.reason == GONE]
    asked = shown.document.asked
    return Page(
        cards=cards,
        unserved=[
            _row(shown, draft[stop_id], placed, reason=str(UNSERVED[reason]))
            for stop_id, reason in shown.reasons.items()
        ],
        lines=_lines(shown.present, shown.figures),
        moved_count=len(shown.moved) - len(gone),
        gone_count=len(gone),
        guessed_count=sum(level in PLACED_BY for level in placed.values()),
        hot_until=clock(asked.cooked_at + 60 * asked.hot_minutes),
        by_streets=shown.document.by_streets,
        touched=shown.document.touched,
        start_known=shown.start_known,
        picture=picture_of(shown.table, shown.plan),
    )


def clock(seconds: int) -> str:
    """11:05 of seconds after midnight, rounded up."""
    minutes = _minutes(seconds)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def cost_words(cost: Cost) -> str:
    """合起来多用 3 分钟，多走 210 米。"""
    minutes = round(cost.seconds / 60)
    time = (
        _("多用 %(count)s 分钟", count=minutes)
        if minutes > 0
        else _("少用 %(count)s 分钟", count=-minutes)
        if minutes < 0
        else _("用时差不多")
    )
    way = (
        _("多走 %(count)s 米", count=cost.metres)
        if cost.metres >= 0
        else _("少走 %(count)s 米", count=-cost.metres)
    )
    said = _("已移动，合起来%(time)s，%(way)s。", time=time, way=way)
    if cost.broken:
        limits = _("、").join(fault_words(one) for one in cost.broken)
        said += " " + _("请留意：%(limits)s。", limits=limits)
    return said


def fault_words(fault: Fault) -> str:
    """多带 2 份."""
    boxes = fault.code == OVER_CAPACITY
    count = fault.excess if boxes else _minutes(fault.excess)
    return str(BROKEN[fault.code]) % {"count": count}


def _row(
    shown: Shown,
    stop: DraftStop,
    placed: Mapping[int, str],
    position: int = 0,
    when: str = "",
    reason: str = "",
) -> Row:
    stop_id = stop.plan.resident_id
    return Row(
        stop_id=stop_id,
        address=stop.address or _("没有登记楼栋单元"),
        name=stop.entry.name,
        position=position,
        clock=when,
        broken=tuple(fault_words(one) for one in shown.faults if one.stop_id == stop_id),
        moved="" if reason else _moved_words(shown, stop_id),
        placed=str(PLACED_BY.get(placed[stop_id], "")),
        reason=reason,
    )


def _moved_words(shown: Shown, stop_id: int) -> str:
    one = shown.moved.get(stop_id)
    if one is None:
        return ""
    why = str(MOVED[one.reason])
    former = shown.draft.volunteers.get(one.before) if one.before else None
    if former is None or one.reason == NEW:
        return why
    return _("原来是%(name)s，%(why)s", name=former.name, why=why)


def _lines(before: Figures, now: Figures) -> list[Line]:
    def line(label: str, a: Any, b: Any, text: Any = str) -> Line:
        return Line(label, text(a), text(b), better=b < a, worse=b > a)

    def hour(seconds: int) -> str:
        return clock(seconds) if seconds else "—"

    return [
        line(_("合计用时（分钟）"), _minutes(before.seconds), _minutes(now.seconds)),
        line(_("最长一趟（分钟）"), _minutes(before.longest), _minutes(now.longest)),
        line(_("合计路程（米）"), before.metres, now.metres),
        line(_("一人最多带（份）"), before.most_boxes, now.most_boxes),
        line(_("最晚送到"), before.latest or 0, now.latest or 0, hour),
        line(_("出动的志愿者（人）"), before.couriers, now.couriers),
        line(_("没派出（户）"), before.unserved, now.unserved),
        line(_("超出限制（处）"), before.broken, now.broken),
    ]


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)
