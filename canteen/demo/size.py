"""How large a demo is: the one people see, a small one for tests."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Compound:
    """A 小区: so many buildings of so many units, floors and doors on a floor."""

    name: str
    name_en: str
    buildings: int
    units: int
    floors: int
    doors: int = 2
    has_lift: bool = False

    @property
    def households(self) -> int:
        return self.buildings * self.units * self.floors * self.doors


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many of what. Households of each kind fill every door of the compounds."""

    compounds: tuple[Compound, ...]
    alone: int
    """Elders who live alone."""
    couples: int
    with_one_elder: int
    """Three generations and one elder: four people."""
    with_two_elders: int
    """Three generations and two elders: five people."""
    young_of_four: int
    """Families without elders have three people, so many of them four."""
    hardship: int
    lapsed: int
    """Households whose hardship tag has run out."""
    counter_diners: int
    delivery_needs: int
    volunteers: int
    cards: int
    days: int = 28

    @property
    def households(self) -> int:
        return sum(compound.households for compound in self.compounds)

    @property
    def young(self) -> int:
        """Households without elders."""
        return self.households - (
            self.alone + self.couples + self.with_one_elder + self.with_two_elders
        )

    @property
    def people(self) -> int:
        elders = self.alone + 2 * self.couples + 4 * self.with_one_elder
        return elders + 5 * self.with_two_elders + 3 * self.young + self.young_of_four


FULL = Size(
    compounds=(
        Compound(name="幸福里东区", name_en="East", buildings=5, units=3, floors=6),
        Compound(name="幸福里西区", name_en="West", buildings=5, units=3, floors=7),
        Compound(name="幸福里新苑", name_en="New", buildings=5, units=2, floors=12, has_lift=True),
    ),
    alone=70,
    couples=75,
    with_one_elder=90,
    with_two_elders=40,
    young_of_four=31,
    hardship=136,
    lapsed=3,
    counter_diners=168,
    delivery_needs=88,
    volunteers=206,
    cards=220,
    days=62,
)
"""15 buildings, 630 households, 1,876 people, 136 households in hardship, 206 volunteers in
8 teams; the whole of last month, whatever day it is."""

SMALL = Size(
    compounds=(
        Compound(name="幸福里东区", name_en="East", buildings=2, units=1, floors=6),
        Compound(name="幸福里新苑", name_en="New", buildings=1, units=1, floors=6, has_lift=True),
    ),
    alone=10,
    couples=6,
    with_one_elder=6,
    with_two_elders=3,
    young_of_four=2,
    hardship=14,
    lapsed=2,
    counter_diners=12,
    delivery_needs=8,
    volunteers=18,
    cards=18,
    days=9,
)
"""A few dozen people and nine days: enough for every kind of thing to happen."""
