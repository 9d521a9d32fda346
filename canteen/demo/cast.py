"""The few people whom every part of this project knows by name. None of them exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True)
class Part:
    """One named person: who they are and in what kind of household they live."""

    code: str
    name: str
    gender: str
    age: int
    kind: str

    def birthday(self, today: date) -> date:
        """So that they are of their age all through the demo, whenever it is made."""
        past = today - timedelta(days=100)
        return past.replace(year=past.year - self.age, day=min(past.day, 28))


CHEN = Part(code="chen", name="陈桂英", gender="female", age=82, kind="alone")
WANG = Part(code="wang", name="王德福", gender="male", age=67, kind="couple")
LI = Part(code="li", name="李玉珍", gender="female", age=86, kind="one_elder")

CAST: Mapping[tuple[int, int, str], Part] = {
    (2, 1, "501"): CHEN,
    (2, 1, "202"): WANG,
    (1, 1, "101"): LI,
}
"""By building, unit and room. 李奶奶's is the card to try: she never eats today."""
