"""What a command says on the terminal where it cannot do what was asked."""

import sys
from collections.abc import Callable
from typing import NoReturn

import click
from flask import current_app
from flask_babel import force_locale

from canteen.foundation.wording import Refusal, say


def complain(refusal: Refusal) -> None:
    """What is wrong and what to do next, in Chinese and English. Needs an application."""
    with current_app.test_request_context():
        for line in in_both_languages(lambda: say(refusal).in_one_line()):
            click.echo(line, err=True)


def in_both_languages(words: Callable[[], str]) -> list[str]:
    """What is said in Chinese and then in English; once where both are the same."""
    chinese = words()
    with force_locale("en"):
        return list(dict.fromkeys((chinese, words())))


def stop(refusal: Refusal) -> NoReturn:
    """Complain, and end with 1."""
    complain(refusal)
    sys.exit(1)
