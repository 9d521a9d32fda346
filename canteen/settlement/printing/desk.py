"""The desk: a thread of the worker that looks for slips and prints them, one after the other."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.settlement.printing import actions, queries
from canteen.settlement.printing.gathering import gather
from canteen.settlement.printing.models import Printer, Slip, SlipKind
from canteen.settlement.printing.output import BrokeOff, NotSent, Silence, encoded, send
from canteen.settlement.printing.papers import lines_of

_log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""From a meal to its slip; a sale itself knows nothing of it."""
IDLE_SECONDS = 5.0
"""Where no printer is set, somebody may be setting one."""


def keep_printing(app: Flask, *, is_ending: Callable[[], bool]) -> None:
    """Print until `is_ending`. A database that is away is tried again; nothing else passes."""
    silence = Silence()
    while not is_ending():
        try:
            with app.app_context():
                busy = print_waiting(
                    app, clock=lambda: datetime.now(UTC), is_ending=is_ending, silence=silence
                )
        except Exception as error:
            _log.warning("printing tries again: %s", type(error).__name__)
            busy = False
        _sleep(LOOK_SECONDS if busy else IDLE_SECONDS, is_ending)


def print_waiting(
    app: Flask,
    *,
    clock: Callable[[], datetime],
    is_ending: Callable[[], bool] = lambda: False,
    silence: Silence | None = None,
) -> bool:
    """Gather and print what is due; whether there is a printer at all.

    One slip for each printer in turn: a slow one with many does not keep the others waiting.
    """
    silence = silence or Silence()
    try:
        printers = list(db.session().scalars(select(Printer.device_id)))
        db.session.rollback()
        if not printers:
            return False
        actions.tidy(now=clock())
        gather(now=clock())
        while printers:
            printers = [
                device_id
                for device_id in printers
                if not is_ending() and _print_one(app, device_id, clock, silence)
            ]
        return True
    finally:
        db.session.remove()


def _print_one(app: Flask, device_id: int, clock: Callable[[], datetime], silence: Silence) -> bool:
    """A printer's next slip; whether to go on with it."""
    slip = actions.take_next(device_id=device_id, now=clock())
    if slip is None:
        return False
    db.session.expunge(slip)
    try:
        with force_locale(app.config["BABEL_DEFAULT_LOCALE"]):
            printer, content = _content(slip, now=clock())
        db.session.rollback()  # no transaction is open while a printer is spoken to
        folder = Path(app.config["DATA"]) / "printing"
        send(printer, content, folder=folder, silence=silence)
    except NotSent as error:
        actions.not_sent(slip, trouble=error.trouble, now=clock())
        return False
    except BrokeOff:
        actions.broke_off(slip, now=clock())
        return False
    actions.printed(slip, now=clock())
    return True


def _content(slip: Slip, *, now: datetime) -> tuple[Printer, bytes]:
    session = db.session()
    printer = queries.printer_of(session, slip.device_id)
    if printer is None:  # taken away in this very moment
        raise NotSent("unreachable")
    kind = SlipKind(slip.kind)
    if slip.meal_id is None:
        facts = queries.test_facts(session, device_id=slip.device_id, now=now)
    else:
        facts = queries.facts_of(
            session, meal_id=slip.meal_id, kind=kind, copy=slip.copy, number=slip.number
        )
    content = encoded(lines_of(kind, facts), paper_mm=printer.paper_mm)
    session.expunge(printer)
    return printer, content


def _sleep(seconds: float, is_ending: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not is_ending() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.25))
