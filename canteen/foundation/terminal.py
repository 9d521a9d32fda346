"""What a command says on the terminal where it cannot do what was asked."""

import sys
from typing import NoReturn

import click
from flask import current_app

from canteen.foundation.wording import Refusal, say


def complain(refusal: Refusal) -> None:
    """What is wrong and what to do next, in Chinese. Needs an application."""
    with current_app.test_request_context():
        click.echo(say(refusal).in_one_line(), err=True)


def stop(refusal: Refusal) -> NoReturn:
    """Complain, and end with 1."""
    complain(refusal)
    sys.exit(1)
