"""A canteen founded from the command line: its code is fit for an address."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.ledger.founding import found_site
from canteen.sites.models import Site
from tests.people import NOW


def test_a_code_that_fits_an_address_founds_a_canteen(app: Flask) -> None:
    assert isinstance(found_site(code="xingfu-2", name="幸福食堂", now=NOW), int)


@pytest.mark.parametrize("code", ["", "Xingfu", "bad code", "幸福", "../x", "2x", "a" * 41])
def test_a_code_that_does_not_is_refused_and_named(app: Flask, code: str) -> None:
    refusal = found_site(code=code, name="幸福食堂", now=NOW)
    assert isinstance(refusal, Refusal)
    with app.test_request_context():
        assert code[:40] in say(refusal).text
    assert db.session.scalar(select(func.count(Site.id))) == 0


@pytest.mark.parametrize("name", ["", "   ", "食" * 81])
def test_a_canteen_has_a_name_that_fits(app: Flask, name: str) -> None:
    refusal = found_site(code="xingfu", name=name, now=NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "site_name_form"
