"""The worker process: what `canteen worker` does, apart or beside a server."""

import logging
import sys

import click

from canteen import create_app
from canteen.foundation.jobs.companion import WRONG_SETTINGS
from canteen.foundation.jobs.ending import Ending
from canteen.foundation.jobs.waking import QueueUnknown
from canteen.foundation.jobs.worker import work


def run(*, beside_server: bool) -> int:
    """Do long work until asked to end; the exit code. It listens on no port."""
    ending = Ending()
    ending.listen(beside_server=beside_server)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    if not beside_server:
        click.echo("后台程序在工作，按 Ctrl+C 停止 / the worker is here, press Ctrl+C to stop")
    try:
        work(create_app(), is_ending=ending)
    except QueueUnknown as error:
        click.echo(str(error), err=True)
        return WRONG_SETTINGS
    except KeyboardInterrupt:
        return 130
    return 0
