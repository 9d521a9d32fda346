"""Fixtures of the tests of planned rounds."""

import pytest
from flask import Flask

from tests.delivery.streets import Street, make_street


@pytest.fixture
def street(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Street:
    """A short street, and a planner that does not think long."""
    monkeypatch.setattr("canteen.delivery.routes.jobs.seconds_for", lambda _stops: 0.2)
    return make_street()
