"""A real database for every test, on SQLite or PostgreSQL, and the people of the house.

``CANTEEN_TEST_PG=1`` runs every test that has a database on a PostgreSQL that the `test-pg`
extra brings; ``CANTEEN_TEST_PG=postgresql://…`` on a server of your own (a role that may create
databases). A test without one, or marked `looks`, would say the same as on SQLite and is left out.
"""

import contextvars
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from werkzeug.security import generate_password_hash as _slow_hash

from canteen import create_app
from canteen.foundation.database import db
from canteen.foundation.prepared import close_plain, let_go
from canteen.foundation.storage import upgrade_database
from tests.browser import browser_page, chromium, live_server, playwright  # noqa: F401
from tests.databases import Databases, PostgresDatabases, SqliteDatabases, in_memory
from tests.faults.trials import table

settings.register_profile(
    "busy machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")  # how long an example takes says nothing about it

_GIVERS = {"databases", "template"}
"""Fixtures that hand out databases."""
COMPILED_PARTS = ("_parts", "_trace", "_converters", "arguments")
COMPILED_WAYS = ("_build", "_build_unknown")
"""What an address knows of itself once it is compiled; the ways to build one are bound to it."""
FAST = {"WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False, "TESTING": True}


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Scrypt at full strength costs 0.3 s a password; tests make hundreds."""
    patch = pytest.MonkeyPatch()
    patch.setattr(
        "canteen.staff.actions.generate_password_hash",
        lambda password: _slow_hash(password, method="pbkdf2:sha256:1"),
    )
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once() -> Iterator[None]:
    """Compiling 300 addresses costs 0.1 s an application; tests make thousands of the same."""
    patch = pytest.MonkeyPatch()
    compile_rule = Rule.compile
    known: dict[Any, dict[str, Any]] = {}

    def once(rule: Rule) -> None:
        key = rule.rule, repr(rule.defaults), rule.subdomain, rule.merge_slashes
        if key not in known:
            compile_rule(rule)
            known[key] = {name: getattr(rule, name) for name in COMPILED_PARTS}
            known[key] |= {name: getattr(rule, name).__func__ for name in COMPILED_WAYS}
            return
        found = known[key]
        for name in COMPILED_PARTS:
            setattr(rule, name, found[name])
        for name in COMPILED_WAYS:
            setattr(rule, name, found[name].__get__(rule, None))

    patch.setattr(Rule, "compile", once)
    yield
    patch.undo()


class Compiled(BytecodeCache):
    """Templates that an earlier test's application compiled."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases at the newest migration, quickly."""
    wanted = os.environ.get("CANTEEN_TEST_PG", "")
    if not wanted:
        yield SqliteDatabases(tmp_path_factory.mktemp("databases"), _migrate)
        return
    server = PostgresDatabases(wanted, _migrate)
    yield server
    server.stop()


@pytest.fixture
def app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh, migrated, empty database."""
    url = databases.fresh(tmp_path)
    app = create_app(DATA=tmp_path, SQLALCHEMY_DATABASE_URI=url, **FAST)
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        yield app
        db.session.remove()
        let_go()
        close_plain(db.engine)
        db.engine.dispose()
    databases.drop(url)


class Browser(FlaskClient):
    """A client whose requests share nothing with the test's own application context.

    Otherwise Flask would reuse that context, and with it `g`: the signed-in person of the
    last request would still be there in the next.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen, not signed in."""
    app.test_client_class = Browser
    return app.test_client()


def _migrate(url: str, data: Path) -> None:
    app = create_app(DATA=data, SQLALCHEMY_DATABASE_URI=url, **FAST)
    with app.app_context():
        upgrade_database()
        db.session.remove()
        db.engine.dispose()


def pytest_configure() -> None:
    """What tests write lies in memory, where there is room for it."""
    memory = in_memory()
    if memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL: the tests that have a database, the app's or one of their own to break."""
    if not os.environ.get("CANTEEN_TEST_PG"):
        return
    without = [
        item
        for item in items
        if item.get_closest_marker("looks") or _GIVERS.isdisjoint(getattr(item, "fixturenames", ()))
    ]
    if without:
        config.hook.pytest_deselected(items=without)
        left_out = set(without)
        items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """``CANTEEN_NO_SKIPS=1``: a skipped test fails the run, so that no part goes missing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CANTEEN_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the faults of `tests/faults` came to; here, because only this file is read by the
    process that prints."""
    properties = [
        one
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "teardown"
        for one in report.user_properties
    ]
    lines = table(properties)
    if lines:
        terminalreporter.section("faults survived")
        for line in lines:
            terminalreporter.write_line(line)
