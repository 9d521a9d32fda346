"""A published week as a picture to post, drawn from words."""

from datetime import date

from flask import current_app
from flask_babel import gettext as _

from canteen.blueprints.filters import is_english, named
from canteen.blueprints.menus.sharing import dishes_of, served_words
from canteen.blueprints.menus.words import short_day, weekday
from canteen.foundation.fonts import ChineseFont, chinese_font
from canteen.menus.plan import WeekPlan
from canteen.menus.posters import Poster, PosterDay, PosterMeal
from canteen.sites.models import Site


def font_here() -> ChineseFont | None:
    """The font of this machine to draw with, if it has one."""
    return chinese_font(current_app.config["FONT"])


def poster_of(plan: WeekPlan, site: Site) -> Poster:
    """The words of the picture, in the reader's language. Marks would drown the dishes: they
    stand on the public page."""
    days = (_day(plan, number, day) for number, day in enumerate(plan.days))
    foot = [_("订餐电话 %(phone)s", phone=site.phone)] if site.phone else []
    if site.address:
        foot.append(site.address)
    foot.append(_("软硬、少盐少糖和过敏原，请看食堂的公开菜单。"))
    return Poster(
        title=named(site),
        subtitle=_(
            "一周菜单　%(first)s—%(last)s",
            first=short_day(plan.days[0]),
            last=short_day(plan.days[-1]),
        ),
        days=tuple(day for day in days if day.meals),
        foot=tuple(foot),
        joiner=", " if is_english() else "、",
        latin=is_english(),
    )


def _day(plan: WeekPlan, number: int, day: date) -> PosterDay:
    meals = (
        PosterMeal(named(meal.period), tuple(map(served_words, dishes_of(meal, number))))
        for meal in plan.periods
    )
    return PosterDay(weekday(day), short_day(day), tuple(one for one in meals if one.dishes))
