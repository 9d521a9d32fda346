"""A published week as text for a chat group."""

from flask_babel import gettext as _

from canteen.blueprints.filters import day as day_words
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.menus.words import short_day
from canteen.menus.plan import PeriodPlan, StandingDish, WeekPlan
from canteen.sites.models import Site


def chat_text(plan: WeekPlan, site: Site) -> str:
    """The week day by day, a line for each meal; no more signs than a chat needs."""
    first, last = short_day(plan.days[0]), short_day(plan.days[-1])
    lines = [_("%(site)s 一周菜单（%(first)s—%(last)s）", site=named(site), first=first, last=last)]
    for number, day in enumerate(plan.days):
        meals = [line for meal in plan.periods if (line := _meal(meal, number))]
        if meals:
            lines += ["", f"【{day_words(day)}】", *meals]
    if site.phone:
        lines += ["", _("订餐电话 %(phone)s", phone=site.phone)]
    return "\n".join(lines) + "\n"


def _meal(meal: PeriodPlan, number: int) -> str:
    dishes = [served_words(dish) for dish in dishes_of(meal, number)]
    if not dishes:
        return ""
    if is_english():
        return f"{named(meal.period)}: {', '.join(dishes)}"
    return f"{named(meal.period)}：{'、'.join(dishes)}"


def dishes_of(meal: PeriodPlan, number: int) -> list[StandingDish]:
    """What there is at a meal on a day of the week (0 is Monday), in menu order."""
    return [place.dish for row in meal.slots for place in row.days[number] if place.dish]


def named_dish(dish: StandingDish) -> str:
    """A dish in the reader's language."""
    return (dish.name_en if is_english() else "") or dish.name


def planned_dish(dish: StandingDish) -> str:
    """The published dish that another was served for, in the reader's language; or ""."""
    was = dish.instead_of
    return ((was.name_en if is_english() else "") or was.name) if was else ""


def served_words(dish: StandingDish) -> str:
    """清蒸鱼, or 清蒸鱼（原定红烧鱼）."""
    if not dish.instead_of:
        return named_dish(dish)
    return _("%(dish)s（原定%(planned)s）", dish=named_dish(dish), planned=planned_dish(dish))
