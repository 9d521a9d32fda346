"""The long work of this room: planning weeks in the worker, with progress, and stopped at will."""

import time
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.foundation.database import db
from canteen.foundation.jobs import JobCancelled, Progress, job
from canteen.foundation.jobs.progress import WorkerStopping
from canteen.foundation.wording import Refusal
from canteen.menus.plan_actions import PLAN_MENUS, keep_offer
from canteen.menus.plan_asked import from_json
from canteen.menus.plan_documents import offer_of
from canteen.menus.plan_facts import read_facts
from canteen.menus.plan_making import Phase, make_plan
from canteen.menus.plan_offering import not_to_be_offered
from canteen.menus.planning.outcome import Tidings


class Watch:
    """A search and the person who waits for it: says how far it is, hears when to stop.

    The solver may ask from a thread of its own, which has no application context.
    """

    def __init__(self, app: Flask, progress: Progress, *, seconds: float) -> None:
        self._app, self._progress = app, progress
        self._seconds = seconds
        self._began = self._phase_began = time.monotonic()
        self._phase: Phase = "search"
        self._tidings: Tidings | None = None
        self.cancelled = False
        self.ending = False

    def tell(self, phase: Phase, tidings: Tidings | None) -> None:
        """A new phase, or news of this one."""
        if phase != self._phase:
            self._phase, self._phase_began, self._tidings = phase, time.monotonic(), None
        self._tidings = tidings or self._tidings
        self.stop()

    def stop(self) -> bool:
        """Whether to stop now; also the moment to say how far it is."""
        if not (self.cancelled or self.ending):
            try:
                with self._app.app_context():
                    self._say()
            except WorkerStopping:
                self.ending = True
            except JobCancelled:
                self.cancelled = True
        return self.cancelled or self.ending

    def _say(self) -> None:
        used = min(time.monotonic() - self._phase_began, self._seconds)
        part = {"search": 0.0, "reasons": 0.5, "nearest": 0.75}[self._phase]
        share = 1.0 if self._phase == "search" else 0.25
        done = int(1000 * (part + share * used / self._seconds))
        news = self._tidings
        gap = None
        if news is not None and news.points and news.bound is not None:
            gap = max(0, round(1000 * (news.points - news.bound) / news.points))
        note = {
            "phase": self._phase,
            "used": round(used),
            "given": round(self._seconds),
            "found": bool(news and news.found),
            "gap_permille": gap,
        }
        self._progress.say(min(done, 999), 1000, note)


def progress_words(note: Mapping[str, Any]) -> str:
    """已用 8 秒，最多 20 秒。已有可用方案，距最优最多 1.8 %."""
    clock = _("已用 %(used)s 秒，最多 %(given)s 秒", used=note["used"], given=note["given"])
    if note["phase"] == "reasons":
        return _("规则凑不到一起，正在找原因。%(clock)s", clock=clock)
    if note["phase"] == "nearest":
        return _("正在排最接近的方案。%(clock)s", clock=clock)
    if not note["found"]:
        return _("正在找第一个可用方案。%(clock)s", clock=clock)
    if note["gap_permille"] is None:
        return _("已有可用方案，还在改进。%(clock)s", clock=clock)
    gap = f"{note['gap_permille'] / 10:g}"
    return _("已有可用方案，距最优最多 %(gap)s %%。%(clock)s", gap=gap, clock=clock)


@job(PLAN_MENUS, title=_l("电脑排菜"), words=progress_words)
def plan_menus(
    progress: Progress, *, asked: Mapping[str, Any], by: int | None
) -> dict[str, Any] | Refusal:
    """Plan, check, and keep what came of it as a proposal; leads to ``menus.proposal``.

    Stopped by a person it keeps the best plan it had, or says that it had none. Done again it
    puts a new proposal in the place of the one before.
    """
    question = from_json(asked)
    read = read_facts(db.session(), question)
    db.session.rollback()  # a long search holds no snapshot
    if isinstance(read, Refusal):
        return read
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    watch = Watch(app, progress, seconds=question.seconds)
    made = make_plan(read.facts, seconds=question.seconds, tell=watch.tell, stop=watch.stop)
    if watch.ending:
        raise WorkerStopping
    if refusal := not_to_be_offered(made):
        return refusal
    proposal_id = keep_offer(offer_of(read, made), now=progress.now, by=by)
    return {"endpoint": "menus.proposal", "values": {"proposal_id": proposal_id}}
