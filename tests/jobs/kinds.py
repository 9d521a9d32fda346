"""Small kinds of long work for tests; also imported by the worker processes that tests start."""

import threading
import time
from typing import Any

from canteen.foundation.jobs import Progress, job
from canteen.foundation.wording import Refusal

runs: list[int] = []
"""The ids of the jobs that `count_bowls` was called for in this process."""


@job("count_bowls", title="数碗")
def count_bowls(progress: Progress, *, bowls: int) -> dict[str, Any]:
    runs.append(progress.job_id)
    for bowl in range(bowls):
        progress.say(bowl, bowls)
    progress.say(bowls, bowls)
    return {"bowls": bowls, "endpoint": "staff.everybody", "values": {"by": "bowls"}}


@job("wash_bowls")
def wash_bowls(progress: Progress, *, seconds: float) -> None:
    """Takes its time, in small steps."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        progress.say(3000, 250_000)
        time.sleep(0.02)


@job("note_bowl")
def note_bowl(progress: Progress, *, file: str, bowl: int) -> None:
    """Writes down every time that it is called."""
    with open(file, "a", encoding="utf-8") as paper:
        paper.write(f"{bowl}\n")
    time.sleep(0.05)


soaked = threading.Event()
"""Ends every `soak_bowls` of this process."""


@job("soak_bowls")
def soak_bowls(progress: Progress) -> None:
    """Says nothing until they are `soaked`."""
    soaked.wait(240)


@job("drop_bowls")
def drop_bowls(progress: Progress) -> None:
    progress.say(1, 4)
    raise LookupError("陈桂英 13800000101")


@job("refuse_bowls")
def refuse_bowls(progress: Progress) -> Refusal:
    return Refusal("username_taken", {"username": "xiaoli"})
