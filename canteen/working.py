"""The worker process: what `canteen worker` does, apart or beside a server."""

import logging
import sys
import threading

import click

from canteen import create_app
from canteen.delivery.every_few_minutes import keep_watching
from canteen.foundation.clearing import keep_clearing
from canteen.foundation.jobs.companion import WRONG_SETTINGS
from canteen.foundation.jobs.ending import Ending
from canteen.foundation.jobs.waking import QueueUnknown
from canteen.foundation.jobs.worker import work
from canteen.settlement.offline.forgetting import keep_forgetting
from canteen.settlement.printing.desk import keep_printing
from canteen.statistics.every_few_minutes import keep_counting

PATIENCE_WITH_A_PRINTER = 5.0
"""Seconds a slip may take that is being sent when the worker is asked to end."""


def run(*, beside_server: bool) -> int:
    """Do long work, print slips, look for missing diners, count days that are over; the exit code.

    It listens on no port, and ends when it is asked to.
    """
    ending = Ending()
    ending.listen(beside_server=beside_server)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    if not beside_server:
        click.echo("后台程序在工作，按 Ctrl+C 停止 / the worker is here, press Ctrl+C to stop")
    try:
        app = create_app()
        printing = threading.Thread(
            target=keep_printing, args=(app,), kwargs={"is_ending": ending}, daemon=True
        )
        printing.start()
        for keep in (keep_watching, keep_counting, keep_clearing, keep_forgetting):
            threading.Thread(
                target=keep, args=(app,), kwargs={"is_ending": ending}, daemon=True
            ).start()
        work(app, is_ending=ending)
        printing.join(PATIENCE_WITH_A_PRINTER)  # what is half sent would be on nobody's list
    except QueueUnknown as error:
        click.echo(str(error), err=True)
        return WRONG_SETTINGS
    except KeyboardInterrupt:
        return 130
    return 0
