"""What a page says above itself after something was done, or was not."""

from typing import Any

from flask import flash, redirect

from canteen.blueprints.filters import is_english
from canteen.foundation.wording import Refusal, Said, say


def back_to(address: str, refusal: Refusal | None, done: str) -> Any:
    """Back to a page that says what was done, or what was refused and what to do next."""
    if refusal:
        flash(in_one_line(say(refusal)), "bad")
    else:
        flash(done, "good")
    return redirect(address)


def in_one_line(said: Said) -> str:
    """Both sentences; Chinese ones need no space between them."""
    return f"{said.text}{' ' if is_english() else ''}{said.next_step}"
