"""PINs: what makes one good enough, and that nobody tries them all."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.staff.models import Staff
from canteen.staff.pins import set_pin, verify_pin
from canteen.staff.queries import SignedIn, with_pin
from canteen.staff.rules import PIN_LOCKED_MINUTES, Role, check_pin
from tests.lunches import run_at_once
from tests.people import NOW, PASSWORD, make_site, make_staff, make_xiaoli, make_zhangjie


@pytest.mark.parametrize("pin", ["2580", "19483", "918273", "1122"])
def test_four_to_six_digits_will_do(pin: str) -> None:
    assert check_pin(pin) is None


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("258", "pin_form"),
        ("2580258", "pin_form"),
        ("25 80", "pin_form"),
        ("２５８０", "pin_form"),
        ("", "pin_form"),
        ("0000", "pin_easy"),
        ("123456", "pin_easy"),
        ("9876", "pin_easy"),
    ],
)
def test_what_anybody_would_try_first_will_not(pin: str, code: str) -> None:
    assert check_pin(pin) == Refusal(code)


@pytest.fixture
def li(app: Flask) -> int:
    """小李 of the first site, with a PIN."""
    person = make_xiaoli(make_site())
    assert set_pin(staff_id=person, password=PASSWORD, pin="2580", now=NOW) is None
    return person


def tried(person: int, pin: str, minutes: int = 0, site_id: int = 1) -> str:
    """What becomes of a try: ``right``, or the code of the refusal."""
    at = NOW + timedelta(minutes=minutes)
    found = verify_pin(staff_id=person, pin=pin, site_id=site_id, now=at)
    return found.code if isinstance(found, Refusal) else "right"


def test_a_right_pin_forgets_the_wrong_ones_before_it(li: int) -> None:
    for _twice in range(2):
        assert [tried(li, "9999") for _try in range(4)] == ["pin_wrong"] * 4
        assert tried(li, "2580") == "right"


def test_after_five_wrong_ones_it_is_locked_for_a_while(li: int) -> None:
    assert [tried(li, "9999") for _try in range(5)] == ["pin_wrong"] * 4 + ["pin_locked"]
    assert tried(li, "2580", PIN_LOCKED_MINUTES - 1) == "pin_locked"
    assert tried(li, "2580", PIN_LOCKED_MINUTES) == "right"


def test_a_clock_set_back_an_hour_keeps_nobody_out_for_an_hour(li: int) -> None:
    assert [tried(li, "9999") for _try in range(5)][-1] == "pin_locked"
    assert tried(li, "2580", -60) == "right"


def test_many_tries_at_once_are_not_more_tries(app: Flask, li: int) -> None:
    db.session.remove()
    guesses = [lambda pin=f"99{n:02d}": tried(li, pin) for n in range(12)]
    codes = Counter(run_at_once(app, guesses))  # type: ignore[arg-type]
    assert codes == {"pin_wrong": 4, "pin_locked": 8}
    assert tried(li, "2580") == "pin_locked"


def test_a_pin_is_good_at_the_counters_of_ones_own_site_only(li: int) -> None:
    other = make_site("second", name="第二食堂")
    assert tried(li, "2580", site_id=other) == "pin_none"
    assert [one.id for one in with_pin(db.session(), site_id=1)] == [li]
    assert with_pin(db.session(), site_id=other) == []


def test_who_does_not_work_at_a_counter_is_not_let_in(li: int) -> None:
    cook = make_staff("cook", Role.KITCHEN, site_id=1)
    assert set_pin(staff_id=cook, password=PASSWORD, pin="2580", now=NOW) is None
    assert tried(cook, "2580") == "pin_none"
    assert tried(make_zhangjie(1), "2580") == "pin_none"


def test_an_empty_pin_takes_it_away(li: int) -> None:
    assert set_pin(staff_id=li, password="wrong", pin="", now=NOW) == Refusal("password_old_wrong")
    assert set_pin(staff_id=li, password=PASSWORD, pin="", now=NOW) is None
    assert db.session.get_one(Staff, li).pin_hash == ""
    assert tried(li, "2580") == "pin_none"


def test_by_pin_everybody_is_a_clerk_and_no_more() -> None:
    held = ((1, Role.MANAGER), (2, Role.KITCHEN), (None, Role.ADMINISTRATOR))
    person = SignedIn(1, "张姐", "zhangjie", None, "stamp", held).at_counter()
    assert person.roles_at(1) == {Role.CLERK}
    assert set(person.held) == {(1, Role.CLERK), (None, Role.CLERK)}
