"""Style sheets are whole: a slip of the pen in one rule takes the rest of the file with it."""

import re
from pathlib import Path

import pytest

STYLES = sorted((Path(__file__).parents[2] / "canteen" / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_rule_is_closed_and_every_at_rule_begins_its_line(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        depth += line.count("{") - line.count("}")
        assert depth >= 0, f"line {number} closes what is not open"
        assert "@" not in line or line.lstrip().startswith("@"), f"line {number}: {line.strip()}"
    assert depth == 0, "a rule is not closed"
