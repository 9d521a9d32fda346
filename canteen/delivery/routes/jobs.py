"""Planning rounds in the worker, with progress, and stopped at will."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.delivery.routes.actions import PLAN_ROUTES, keep_offer
from canteen.delivery.routes.documents import Asked, Orders, RouteDocument, Streets, asked_from_json
from canteen.delivery.routes.facts import read_question
from canteen.delivery.routes.reading import orders_in_use
from canteen.delivery.routes.server import measured
from canteen.delivery.routing.distances import Measured, Table
from canteen.delivery.routing.facts import Plan, Question
from canteen.foundation.database import db
from canteen.foundation.jobs import JobCancelled, Progress, job
from canteen.foundation.jobs.progress import WorkerStopping
from canteen.foundation.wording import Refusal

SEED = 1


def seconds_for(stops: int) -> float:
    """How long to look: two seconds find the best of forty doors, twenty do for three hundred."""
    return 3.0 if stops <= 60 else 8.0 if stops <= 160 else 20.0


class _Watch:
    """The search and the person who waits for it."""

    def __init__(self, app: Flask, progress: Progress) -> None:
        self._app, self._progress = app, progress
        self._used, self._given = 0.0, 1.0
        self._found = False
        self.ending = False

    def tell(self, tidings: Any) -> None:
        self._used, self._given = tidings.used, tidings.given
        self._found = tidings.cost is not None

    def stop(self) -> bool:
        note = {
            "used": round(self._used),
            "given": round(self._given),
            "found": self._found,
        }
        try:
            with self._app.app_context():
                done = int(1000 * min(1.0, self._used / self._given))
                self._progress.say(min(done, 999), 1000, note)
        except WorkerStopping:
            self.ending = True
            return True
        except JobCancelled:
            return True
        return False


def progress_words(note: Mapping[str, Any]) -> str:
    """已有可用路线，还在改进。已用 3 秒，共 8 秒."""
    clock = _("已用 %(used)s 秒，共 %(given)s 秒", used=note["used"], given=note["given"])
    if not note["found"]:
        return _("正在找第一份可用的路线。%(clock)s", clock=clock)
    return _("已有可用路线，还在改进。%(clock)s", clock=clock)


@job(PLAN_ROUTES, title=_l("电脑排路线"), words=progress_words)
def plan_routes(
    progress: Progress, *, asked: Mapping[str, Any], by: int | None
) -> dict[str, Any] | Refusal:
    """Plan, check, and keep what came of it as an offer; leads to ``delivery.route_plan``.

    Stopped by a person it offers the best it had. Done again it puts a new offer in the place of
    the one before.
    """
    # Here, not above: the solver takes half a second to load, which no other page should wait for.
    from canteen.delivery.routing.search import Clock
    from canteen.delivery.routing.solving import solve

    question_asked = asked_from_json(asked)
    read = read_question(db.session(), question_asked)
    if isinstance(read, Refusal):
        return read
    orders, from_plan = orders_in_use(db.session(), question_asked, read)
    db.session.rollback()  # a long search holds no snapshot
    streets, by_streets = _streets(read.question)
    table = Table(read.question, {k: Measured(**v) for k, v in streets.tables.items()})
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    watch = _Watch(app, progress)
    clock = Clock(seconds_for(len(read.question.stops)), tell=watch.tell, stop=watch.stop)
    earlier = orders if from_plan and not question_asked.fresh else None
    solved = solve(table, seed=SEED, clock=clock, earlier=earlier)
    if watch.ending:
        raise WorkerStopping
    document = document_of(
        question_asked,
        solved.plan,
        read.question,
        orders,
        streets=streets,
        by_streets=by_streets,
    )
    plan_id = keep_offer(document, now=progress.now, by=by)
    return {"endpoint": "delivery.route_plan", "values": {"plan_id": plan_id}}


def document_of(
    asked: Asked,
    plan: Plan,
    question: Question,
    orders: Orders,
    *,
    streets: Streets,
    by_streets: str,
) -> RouteDocument:
    """A plan as it is kept, beside the `orders` there were before."""
    before: dict[int, int | None] = {
        stop_id: who for who, order in orders.items() for stop_id in order
    }
    for stop in question.stops:
        before.setdefault(stop.stop_id, None)
    return RouteDocument(
        asked=asked,
        orders=plan.orders,
        unserved={one.stop_id: one.reason for one in plan.unserved},
        before=before,
        streets=streets,
        by_streets=by_streets,
    )


def _streets(question: Question) -> tuple[Streets, str]:
    """What the route server says; without one, or without its answer, nothing."""
    address = current_app.config["ROUTE_SERVER"]
    if not address:
        return Streets(), "crow"
    points = Table(question).points
    tables: dict[str, dict[str, Any]] = {}
    for transport in sorted({one.transport for one in question.couriers}):
        found = measured(address, points, transport)
        if found is None:
            return Streets(), "fallback"
        tables[transport] = {"metres": found.metres, "seconds": found.seconds}
    return Streets(points=tuple((p.lat, p.lon) for p in points), tables=tables), "streets"
