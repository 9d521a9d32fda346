"""What a command says on the terminal where it cannot do what was asked."""

import sys
from typing import NoReturn

import click
from flask import current_app
from flask_babel import force_locale

from canteen.foundation.wording import Refusal, say


def complain(refusal: Refusal) -> None:
    """What is wrong and what to do next, in Chinese and English. Needs an application."""
    with current_app.test_request_context():
        click.echo(say(refusal).in_one_line(), err=True)
        with force_locale("en"):
            click.echo(say(refusal).in_one_line(english=True), err=True)


def stop(refusal: Refusal) -> NoReturn:
    """Complain, and end with 1."""
    complain(refusal)
    sys.exit(1)
