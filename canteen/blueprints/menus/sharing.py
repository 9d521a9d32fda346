"""A published week as text for a chat group."""

from flask_babel import gettext as _

from canteen.blueprints.filters import day as day_words
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.menus.words import short_day
from canteen.menus.plan import PeriodPlan, WeekPlan
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
    dishes = [
        (place.dish.name_en if is_english() else "") or place.dish.name
        for row in meal.slots
        for place in row.days[number]
        if place.dish
    ]
    if not dishes:
        return ""
    if is_english():
        return f"{named(meal.period)}: {', '.join(dishes)}"
    return f"{named(meal.period)}：{'、'.join(dishes)}"
