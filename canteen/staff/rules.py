"""Roles, and what makes a password good enough."""

from enum import StrEnum

from canteen.foundation.wording import Refusal


class Role(StrEnum):
    """What a person does at a site; a person may have several."""

    CLERK = "clerk"
    KITCHEN = "kitchen"
    MANAGER = "manager"
    COMMUNITY = "community"
    VOLUNTEER = "volunteer"
    ADMINISTRATOR = "administrator"


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
