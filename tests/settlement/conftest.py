"""A counter at lunch, and its page open in a browser."""

from typing import Any

import pytest
from flask import Flask

from tests.browser import LiveServer
from tests.settlement.counter import Counter, make_counter, open_counter


@pytest.fixture
def counter(app: Flask) -> Counter:
    """金牛食堂 at lunch."""
    return make_counter()


@pytest.fixture
def till(counter: Counter, live_server: LiveServer, browser_page: Any) -> Any:
    """The counter page, open and ready, 小李 signed in."""
    open_counter(browser_page, live_server)
    return browser_page
