"""The shape of the house: who may import whom, and how large a room may grow."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGE = PROJECT / "canteen"

ROOMS = (
    "foundation",
    "sites",
    "staff",
    "residents",
    "menus",
    "ledger",
    "subsidies",
    "cards",
    "settlement",
    "claims",
    "bookings",
    "kitchen",
    "delivery",
    "statistics",
    "demo",
    "blueprints",
)
"""From low to high: a room imports what stands before it, never what stands after."""

CORNERSTONES = {"config", "tables"}
"""Files of the package itself that the foundation may read."""

PURE = ("rules.py",)
IMPURE = ("flask", "sqlalchemy", "canteen.foundation.database", "time", "random", "secrets")


def python_files() -> list[Path]:
    """Every module of the product."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "_migrations" not in path.parts)


def imports_of(path: Path) -> set[str]:
    """Every module a file names in an import, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    if room not in ROOMS:
        return
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "canteen" and len(parts) > 1 and parts[1] not in CORNERSTONES:
            target = parts[1]
            assert target in ROOMS or target in ("create_app", "cli", "serving", "secure"), name
            if target in ROOMS:
                allowed = ROOMS.index(target) <= ROOMS.index(room)
                assert allowed, f"{room} may not import {name}"


def test_every_room_is_in_the_order() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert rooms <= set(ROOMS)


@pytest.mark.parametrize(
    "path",
    [path for path in python_files() if path.name in PURE],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_rules_are_pure(path: Path) -> None:
    for name in imports_of(path):
        impure = [word for word in IMPURE if name == word or name.startswith(f"{word}.")]
        assert not impure, f"{path.name} imports {name}"
    assert ".now(" not in path.read_text("utf-8")


def test_every_room_introduces_itself() -> None:
    for room in PACKAGE.iterdir():
        start = room / "__init__.py"
        if start.exists() and room.name in ROOMS:
            assert ast.get_docstring(ast.parse(start.read_text("utf-8"))), room.name


def test_nothing_committed_names_a_registry_or_a_machine() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry." + "npmjs", "deb.debian" + ".org")
    machine = ("/" + "work/", "/" + "farm/")
    for path in PROJECT.rglob("*"):
        inside = path.relative_to(PROJECT).parts
        hidden = inside[0] in (".venv", ".git", "instance", "tour", "dist") or "_cache" in str(path)
        if hidden or not path.is_file() or path.suffix in (".pyc", ".png", ".mo", ".xlsx"):
            continue
        if any(part in ("__pycache__", "LC_MESSAGES", ".hypothesis") for part in inside):
            continue
        text = path.read_text("utf-8", errors="replace")
        for word in hosts + machine:
            assert word not in text, f"{path.relative_to(PROJECT)} names {word}"
