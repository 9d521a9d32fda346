"""A site's rules of planning: what its document says, and the rules a plan is made by.

The document is JSON of `PlanSettings`: what it leaves out is the default here. Days are counted,
money is fen, nutrients are kcal, grams and milligrams a day as people know them; `hard_rules`
and `soft_rules` turn them into what `planning` takes. `plan_settings_reading` checks a document.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from canteen.menus.planning.facts import NUTRIENT_UNITS, Band, Forbidden, HardRules, SoftRules
from canteen.menus.planning.rules import SOFT

MARKS = ("dish", "food", "contains", "category", "method", "allergen", "tag")
"""Kinds of marks that may be banned, see `planning.facts.PlanDish`."""

DAILY_BANDS: Mapping[str, tuple[int | None, int | None]] = MappingProxyType(
    {"kcal": (1500, 2050), "protein": (65, None), "fibre": (25, None), "sodium": (None, 2000)}
)
"""What one day should hold for people of 65 and over: kcal, g, g, mg.

Food amounts for this age are those of WS/T 556-2017 and the dietary guidelines for old people of
2022; both leave energy and protein to the reference intakes (DRIs 2013, light activity): 1,500 kcal
for women of 80 to 2,050 for men of 65, protein 55 g (women) to 65 g (men), fibre 25 g. Sodium
is the guide's "less than 5 g of salt a day", which is 2,000 mg.
"""

MEAL_SHARES: Mapping[str, int] = MappingProxyType({"breakfast": 30, "lunch": 40, "dinner": 30})
"""Percent of the day's energy, within the ranges of the guidelines of 2022; a site's own is a
setting, and so is the share of a meal that is not here."""

_RETURN_DAYS: Mapping[str, int] = MappingProxyType(
    {
        "main_meat": 7,
        "half_meat": 7,
        "vegetable": 5,
        "soup": 5,
        # Exempt kinds may return within a week; without a pause the cheapest would stand daily.
        "plain_soup": 3,
        "drink": 2,
        "fruit": 2,
    }
)
_DIETS: Mapping[str, int] = MappingProxyType({"no_pork": 1, "vegetarian": 1})
_NO_NUMBERS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Ban:
    """Something that is not served: always, on weekdays (0 is Monday), or on single days."""

    mark: str
    weekdays: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    periods: tuple[str, ...] = ()
    reason: str = ""

    def on(self, days: Sequence[date]) -> Forbidden | None:
        """The ban for some planned days; None where it does not touch them."""
        always = not self.weekdays and not self.days
        hit = frozenset(d for d in days if d.weekday() in self.weekdays or d in self.days)
        if not always and not hit:
            return None
        return Forbidden(
            mark=self.mark,
            days=frozenset() if always else hit,
            periods=frozenset(self.periods),
            reason=self.reason,
        )


@dataclass(frozen=True, kw_only=True)
class PlanSettings:
    """All that a site may say about planning. A new canteen works with what stands here."""

    return_days: Mapping[str, int] = field(default_factory=lambda: _RETURN_DAYS)
    """By category: so many days at least until a dish returns, also for exempt categories."""
    diets: Mapping[str, int] = field(default_factory=lambda: _DIETS)
    """By diet: so many dishes of each meal suit it."""
    capacity: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    """By period and equipment: so many dishes of a meal may need it; not named is no limit."""
    budget_fen: Mapping[str, int] = field(default_factory=lambda: _NO_NUMBERS)
    """By period: what the food of one portion may cost, on the week's average."""
    bans: tuple[Ban, ...] = ()
    meat_and_vegetables: bool = True
    coarse_and_fine: bool = True
    importance: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({c: r.importance for c, r in SOFT.items()})
    )
    bands: Mapping[str, tuple[int | None, int | None]] = field(default_factory=lambda: DAILY_BANDS)
    meal_share: Mapping[str, int] = field(default_factory=lambda: MEAL_SHARES)
    foods_a_day: int = 12
    foods_a_week: int = 25
    fish_a_week: int = 2
    soy_days_a_week: int = 4
    methods_in_a_meal: int = 2
    closed_weekdays: tuple[int, ...] = ()
    closed_days: tuple[date, ...] = ()
    seconds: int = 20
    """How long a plan is looked for, unless a person says otherwise."""

    def open_on(self, day: date) -> bool:
        """Whether the canteen cooks on a day."""
        return day.weekday() not in self.closed_weekdays and day not in self.closed_days


DEFAULTS = PlanSettings()


def hard_rules(
    settings: PlanSettings,
    *,
    windows: Mapping[str, int],
    days: Sequence[date],
    bans: Iterable[Ban] = (),
) -> HardRules:
    """What every plan of these days keeps; `windows` are the site's exempt categories, which a
    plan may let rest longer than they must; `bans` are only for this once, beside the standing
    ones."""
    forbidden = (ban.on(days) for ban in (*settings.bans, *bans))
    return HardRules(
        windows={c: max(n, settings.return_days.get(c, 0)) for c, n in windows.items()},
        return_days={c: n for c, n in settings.return_days.items() if n > 0 and c not in windows},
        diets={diet: least for diet, least in settings.diets.items() if least > 0},
        capacity=settings.capacity,
        budget_fen=settings.budget_fen,
        forbidden=tuple(one for one in forbidden if one is not None),
        meat_and_vegetables=settings.meat_and_vegetables,
        coarse_and_fine=settings.coarse_and_fine,
    )


def soft_rules(settings: PlanSettings) -> SoftRules:
    """What a good plan does, in the units of planning."""
    return SoftRules(
        importance=settings.importance,
        bands={
            code: Band(low=planning_units(code, low), high=planning_units(code, high))
            for code, (low, high) in settings.bands.items()
        },
        meal_share=settings.meal_share,
        foods_a_day=settings.foods_a_day,
        foods_a_week=settings.foods_a_week,
        fish_a_week=settings.fish_a_week,
        soy_days_a_week=settings.soy_days_a_week,
        methods_in_a_meal=settings.methods_in_a_meal,
    )


def planning_units(code: str, amount: float | None) -> int | None:
    """kcal, g or mg as the whole numbers that planning counts, rounded half up; None stays None."""
    if amount is None:
        return None
    nutrient, parts = NUTRIENT_UNITS[code]
    return int(amount * parts / (1000 if nutrient.endswith("_mg") else 1) + 0.5)


def usual_amount(code: str, units: int) -> float:
    """Planning units as kcal, g or mg."""
    nutrient, parts = NUTRIENT_UNITS[code]
    return units * (1000 if nutrient.endswith("_mg") else 1) / parts


def document_of(settings: PlanSettings) -> dict[str, Any]:
    """The settings as JSON takes them."""
    return {name: _plain(value) for name, value in vars(settings).items()}


def _plain(value: Any) -> Any:
    match value:
        case Ban():
            return _plain(asdict(value))
        case date():
            return value.isoformat()
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case tuple() | list():
            return [_plain(one) for one in value]
    return value
