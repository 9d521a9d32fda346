"""The policies that ship with the program, each with its worked cases."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from canteen.subsidies.cases import CaseResult, check_cases
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.policy import Policy
from canteen.subsidies.reading import PolicyInvalid

FOLDER = Path(__file__).parent / "policies"


@dataclass(frozen=True)
class Shipped:
    """A shipped policy: its document as it stands in the file, and what it says."""

    document: str
    policy: Policy
    cases: str


@lru_cache(maxsize=1)
def shipped_policies() -> dict[str, Shipped]:
    """Every shipped policy by its code, in the order of the file names."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        document = path.read_text("utf-8")
        policy = parse_policy(document)
        cases = path.with_name(f"{path.stem}.cases.csv")
        text = cases.read_text("utf-8") if cases.exists() else ""
        found[policy.code] = Shipped(document, policy, text)
    return found


def worked_cases(policy: Policy) -> tuple[CaseResult, ...]:
    """The shipped cases of a policy priced by it; none where none ship.

    A newer version may well differ from cases that were written for an older one.
    """
    shipped = shipped_policies().get(policy.code)
    if shipped is None or not shipped.cases:
        return ()
    try:
        return check_cases(policy, shipped.cases)
    except PolicyInvalid:  # pragma: no cover - shipped files are held readable by a test
        return ()
