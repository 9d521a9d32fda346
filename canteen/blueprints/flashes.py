"""What a page says above itself after something was done, or was not."""

from typing import Any

from flask import flash, redirect

from canteen.blueprints.filters import is_english
from canteen.foundation.wording import Refusal, Said, say


def back_to(address: str, refusal: Refusal | None, done: str) -> Any:
    """Back to a page that says what was done, or what was refused and what to do next."""
    if refusal:
        tell(refusal)
    else:
        flash(done, "good")
    return redirect(address)


def tell(refusal: Refusal, mood: str = "bad") -> None:
    """Show a refusal on the next page, with what to do next."""
    flash(in_one_line(say(refusal)), mood)


def in_one_line(said: Said) -> str:
    """Both sentences in the reader's language."""
    return said.in_one_line(english=is_english())
