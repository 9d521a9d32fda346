"""Roles, and what makes a password good enough."""

import re
from enum import StrEnum
from itertools import pairwise

from canteen.foundation.wording import Refusal


class Role(StrEnum):
    """What a person does at a site; a person may have several."""

    CLERK = "clerk"
    KITCHEN = "kitchen"
    MANAGER = "manager"
    COMMUNITY = "community"
    VOLUNTEER = "volunteer"
    ADMINISTRATOR = "administrator"


AT_COUNTER = frozenset({Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR})
"""Who works at a counter and may change over there by PIN."""

MIN_PASSWORD = 10
_TOO_COMMON = {"1234567890", "0123456789", "1111111111", "password12", "canteen123", "qwertyuiop"}


def check_password(password: str, *, username: str) -> Refusal | None:
    """None when the password will do: ten characters, not common, not the user's own name.

    Length over composition, as NIST SP 800-63B 5.1.1.2 advises.
    """
    if len(password) < MIN_PASSWORD:
        return Refusal("password_short", {"least": MIN_PASSWORD})
    if password.lower() in _TOO_COMMON or len(set(password)) < 4:
        return Refusal("password_common")
    if username and username.lower() in password.lower():
        return Refusal("password_has_username")
    return None


USERNAME = r"[\w.@-]{2,40}"
LONGEST_NAME = 40


def check_new_person(*, username: str, name: str) -> Refusal | None:
    """None when a person can be called by this name and sign in by this user name."""
    if not re.fullmatch(USERNAME, username):
        return Refusal("username_form", {"username": username[:40]})
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        return Refusal("staff_name_form", {"name": name[:40], "most": LONGEST_NAME})
    return None


PIN_TRIES = 5
"""Wrong PINs in a row before it is locked for a while."""
PIN_LOCKED_MINUTES = 15


def check_pin(pin: str) -> Refusal | None:
    """None when the PIN will do: four to six digits that nobody tries first.

    Codes: pin_form, pin_easy (one digit, or counting up or down).
    """
    if not (4 <= len(pin) <= 6 and pin.isascii() and pin.isdigit()):
        return Refusal("pin_form")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return Refusal("pin_easy") if steps in ({0}, {1}, {-1}) else None
