"""Who and when, in plain words: 60 岁及以上的低保老人，户籍在深圳市 · 工作日，午餐."""

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.conditions import Guard, Person, Spend, Window
from canteen.subsidies.policy import Pass
from canteen.subsidies.wording import (
    CHANNELS,
    ITEMS,
    PERIODS,
    Both,
    listed,
    place_names,
    tag_name,
)

NOTHING: Both = ("", "")
DAYS: dict[str, Both] = {
    "workdays": ("工作日", "on workdays"),
    "rest_days": ("休息日", "on days off"),
    "no_public_holidays": ("法定节假日除外", "not on public holidays"),
    "public_holidays": ("法定节假日", "on public holidays"),
}
WEEKDAYS: tuple[Both, ...] = (
    ("周一", "Monday"),
    ("周二", "Tuesday"),
    ("周三", "Wednesday"),
    ("周四", "Thursday"),
    ("周五", "Friday"),
    ("周六", "Saturday"),
    ("周日", "Sunday"),
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
BIRTHDAYS: dict[str, Both] = {
    "day": ("生日当天", "on the diner's birthday"),
    "month": ("生日当月", "in the month of the diner's birthday"),
}
OWN_PLACE: dict[str, Both] = {
    "city": ("在老人自己的市就餐", "eaten in the diner's own city"),
    "district": ("在老人自己的区就餐", "eaten in the diner's own district"),
    "town": ("在老人自己的镇街就餐", "eaten in the diner's own town"),
}
TRAITS: dict[str, Both] = {"own_kitchen": ("自有厨房", "with a kitchen of its own")}
"""Words policies ask of a canteen; another word stands for itself."""


def ages(start: int | None, below: int | None) -> Both:
    """``70 至 79 岁``; nothing where no age is asked."""
    if start is None and below is None:
        return NOTHING
    if below is None:
        return f"{start} 岁及以上", f"{start} and older"
    if start is None:
        return f"未满 {below} 岁", f"under {below}"
    if below == start + 1:
        return f"{start} 岁", f"aged {start}"
    return f"{start} 至 {below - 1} 岁", f"aged {start} to {below - 1}"


def who(people: tuple[Person, ...], passes: tuple[Pass, ...] = ()) -> Both:
    """The ways to qualify, one after another; nothing where everybody does."""
    ways = [way for way in (_person(person, passes) for person in people) if way[0]]
    zh, en = "；或 ".join(zh for zh, _ in ways), "; or ".join(en for _, en in ways)
    return (f"以下任一（{zh}）", f"any of ({en})") if len(ways) > 1 else (zh, en)


def _person(person: Person, passes: tuple[Pass, ...]) -> Both:
    names = {tag: tag_name(tag) for tag in (*person.tags_any, *person.tags_all, *person.tags_none)}
    pieces = [_head(ages(person.age_from, person.age_below), listed(person.tags_any, names))]
    every = "、".join(names[tag][0] for tag in person.tags_all)
    pieces.append(framed("须同时是{}", "tagged {}", _both(person.tags_all, names, every)))
    pieces.append(framed("{}除外", "not tagged {}", listed(person.tags_none, names)))
    pieces.append(framed("户籍在{}", "registered in {}", place_names(person.hukou_in)))
    pieces.append(framed("户籍不在{}", "not registered in {}", place_names(person.hukou_not_in)))
    pieces.append(framed("住在{}", "living in {}", place_names(person.residence_in)))
    if person.in_institution is not None:
        inside = ("住养老机构", "living in an institution")
        at_home = ("不住养老机构", "not living in an institution")
        pieces.append(inside if person.in_institution else at_home)
    if person.registered_here is not None:
        here = ("在本食堂登记", "registered at this canteen")
        away = ("不在本食堂登记", "not registered at this canteen")
        pieces.append(here if person.registered_here else away)
    cards = {held.code: (held.name.zh, held.name.en) for held in passes}
    pieces.append(framed("持有{}", "holding {}", listed(person.passes_any, cards)))
    return joined(pieces)


def _both(codes: tuple[str, ...], names: dict[str, Both], zh: str) -> Both:
    return zh, " and ".join(names[code][1] for code in codes)


def _head(age: Both, tags: Both) -> Both:
    if not tags[0]:
        return age
    if not age[0]:
        return tags[0], f"tagged {tags[1]}"
    return f"{age[0]}的{tags[0]}老人", f"{age[1]}, tagged {tags[1]}"


def when(guard: Guard) -> list[Both]:
    """Every test of time, place, channel and spend, each as a clause."""
    pieces = [DAYS[guard.days] if guard.days else NOTHING, *_calendar(guard)]
    pieces += [listed(guard.periods, PERIODS), *map(_window, guard.windows)]
    pieces += [listed(guard.channels, CHANNELS), listed(guard.item_classes, ITEMS)]
    pieces.append(_spend(guard.spend) if guard.spend else NOTHING)
    pieces.append(framed("在{}的食堂就餐", "eaten in {}", place_names(guard.site_in)))
    if guard.site_in_same is not None:
        pieces.append(OWN_PLACE[guard.site_in_same])
    any_of, none_of = listed(guard.site_traits_any, TRAITS), listed(guard.site_traits_none, TRAITS)
    pieces.append(framed("食堂须{}", "at canteens {}", any_of))
    pieces.append(framed("食堂不能是{}", "not at canteens {}", none_of))
    nth = "、".join(map(str, guard.meals_of_day))
    pieces.append(framed("当天第 {} 餐", "meal {} of the day", (nth, nth.replace("、", " or "))))
    return [piece for piece in pieces if piece[0]]


def _calendar(guard: Guard) -> list[Both]:
    named = [WEEKDAYS[number - 1] for number in guard.weekdays]
    days = [(f"{number} 日", str(number)) for number in guard.days_of_month]
    months = [(f"{number} 月", MONTHS[number - 1]) for number in guard.months]
    dates = [(day.isoformat(), day.isoformat()) for day in guard.dates]
    return [
        framed("{}", "in {}", _row(months)),
        framed("每{}", "on {}", _row(named)),
        framed("每月 {}", "on day {} of the month", _row(days)),
        framed("{}", "on {}", _row(dates)),
        BIRTHDAYS[guard.birthday] if guard.birthday else NOTHING,
    ]


def _row(pairs: list[Both]) -> Both:
    return "、".join(zh for zh, _ in pairs), " or ".join(en for _, en in pairs)


def _window(window: Window) -> Both:
    start, end = f"{window.start:%H:%M}", f"{window.end:%H:%M}"
    zh = f"{start}–{end}" if window.end_counts else f"{start} 至 {end} 前"
    en = f"{start}–{end}" if window.end_counts else f"{start} to before {end}"
    if window.period is None:
        return zh, en
    names = PERIODS.get(window.period, (window.period, window.period))
    return f"{names[0]} {zh}", f"{names[1]} {en}"


def _spend(spend: Spend) -> Both:
    zh, en = SPENT[spend.counts]
    if spend.of == "remaining":
        zh, en = f"减过以后的{zh}", f"{en} after earlier discounts"
    edges, yuan = [], spoken_yuan(spend.fen)
    if spend.strictly_more:
        edges.append((f"超过 {yuan} 元", f"above {yuan} yuan"))
    elif spend.fen or spend.top_fen is None:
        edges.append((f"满 {yuan} 元", f"of {yuan} yuan or more"))
    if spend.top_fen is not None:
        top = spoken_yuan(spend.top_fen)
        below = (f"不到 {top} 元", f"below {top} yuan")
        edges.append((f"不超过 {top} 元", f"up to {top} yuan") if spend.top_counts else below)
    return zh + "、".join(edge for edge, _ in edges), f"{en} {' and '.join(e for _, e in edges)}"


SPENT: dict[str, Both] = {
    "meal": ("餐费", "a meal"),
    "delivery": ("送餐费", "a delivery fee"),
    "meal_and_delivery": ("餐费加送餐费", "a meal with its delivery fee"),
}


def framed(zh: str, en: str, text: Both) -> Both:
    """Both sentences around a text; nothing around nothing."""
    return (zh.format(text[0]), en.format(text[1])) if text[0] else NOTHING


def joined(pieces: list[Both]) -> Both:
    """What is stated, with commas."""
    stated = [piece for piece in pieces if piece[0]]
    return "，".join(zh for zh, _ in stated), ", ".join(en for _, en in stated)
