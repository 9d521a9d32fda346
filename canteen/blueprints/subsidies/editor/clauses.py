"""The parts that rules, grants and bonuses share: who, when and where, and what is given."""

from collections.abc import Iterator

from canteen.blueprints.subsidies.editor.parts import (
    Button,
    Field,
    Group,
    Options,
    choices,
    make_field,
)
from canteen.residents.tags import TAGS
from canteen.subsidies import vocabulary as words
from canteen.subsidies.clause_words import TRAITS
from canteen.subsidies.tree import Tree, get, items
from canteen.subsidies.wording import Both

PLACES_HINT: Both = ("一格一个，如 广州市/增城区", "one a box, such as 广州市/增城区")
TAG_OPTIONS: Options = [(tag.code, (tag.zh, tag.en)) for tag in TAGS]


def who_group(tree: Tree, path: str) -> Group:
    """The ways to qualify, one group each."""
    ways = [_way(tree, f"{path}.who", own) for own, _ in items(tree, f"{path}.who")]
    note = ("", "") if ways else ("没有要求：人人都符合", "Nothing asked: everybody qualifies")
    add = Button(
        f"add:{path}.who",
        ("再加一种人", "Another way to qualify") if ways else ("加上要求", "Ask for something"),
    )
    title = ("谁（符合其中一种就行）", "Who (any one of these ways)")
    return Group(f"{path}.who", title, groups=ways, buttons=[add], note=note, look="list")


def _way(tree: Tree, outer: str, path: str) -> Group:
    first = [
        make_field(tree, f"{path}.age_from", "whole", ("从几岁", "From age")),
        make_field(tree, f"{path}.age_below", "age_to", ("到几岁（含）", "Through age")),
    ]
    tags: list[Field] = [
        make_field(tree, f"{path}.{key}", "choices", label, options=TAG_OPTIONS)
        for key, label in (
            ("tags_any", ("有其中一种身份", "Has any of these")),
            ("tags_all", ("这些身份都要有", "Has all of these")),
            ("tags_none", ("有这些身份的不算", "Has none of these")),
        )
    ]
    places = [
        make_field(tree, f"{path}.{key}", "places", label, hint=PLACES_HINT)
        for key, label in (
            ("hukou_in", ("户籍在", "Registered in")),
            ("hukou_not_in", ("户籍不在", "Not registered in")),
            ("residence_in", ("住在", "Living in")),
        )
    ]
    flags = [
        make_field(tree, f"{path}.{key}", "flag", label, options=choices(words.YES_NO))
        for key, label in (
            ("in_institution", ("住养老机构", "Lives in an institution")),
            ("registered_here", ("在本食堂登记", "Registered at this canteen")),
        )
    ]
    passes = [(each.get("code", ""), _name(each)) for _, each in items(tree, "pass")]
    if passes or get(tree, f"{path}.passes_any"):
        flags.append(
            make_field(
                tree, f"{path}.passes_any", "choices", ("持有套餐卡", "Holds a pass"),
                options=passes,
            )
        )  # fmt: skip
    # A way that asks for an age only shows the rest when it is wanted.
    rest = Group("", ("户籍、住地、机构", "Registration, residence"), rows=[places, flags])
    rest.folded = not any(each.shown for each in (*places, *flags))
    number = path.rpartition("[")[2].rstrip("]")
    return Group(
        path,
        (f"第 {number} 种", f"Way {number}"),
        rows=[first, tags],
        groups=[rest],
        buttons=[Button(f"remove:{path}", ("去掉这一种", "Remove this way"))],
        look="row",
    )


def _name(table: Tree) -> Both:
    name = table.get("name")
    if isinstance(name, dict):
        return str(name.get("zh", "")), str(name.get("en", ""))
    return str(table.get("code", "")), str(table.get("code", ""))


def when_group(tree: Tree, path: str) -> Group:
    """When and where; what is left empty is not asked."""
    at = f"{path}.when"
    days = [
        make_field(tree, f"{at}.days", "choice", ("哪些日子", "Days"), options=choices(words.DAYS)),
        _boxes(tree, f"{at}.periods", ("餐次", "Meals of the day"), words.PERIODS),
        _boxes(tree, f"{at}.channels", ("方式", "How"), words.CHANNEL),
        _boxes(tree, f"{at}.item_classes", ("卖什么", "What is sold"), words.ITEMS),
    ]
    spend = [
        *(
            make_field(tree, f"{at}.spend.{key}", "yuan", label)
            for key, label in (
                ("at_least_yuan", ("满几元（含）", "Spend of at least (yuan)")),
                ("more_than_yuan", ("超过几元", "Spend of more than (yuan)")),
                ("at_most_yuan", ("不超过几元（含）", "Spend of at most (yuan)")),
                ("below_yuan", ("不到几元", "Spend below (yuan)")),
            )
        ),
        make_field(
            tree, f"{at}.spend.of", "choice", ("看哪个价", "Of which price"),
            options=choices(words.OF),
        ),
        make_field(
            tree, f"{at}.spend.counts", "choice", ("算哪些钱", "What counts"),
            options=[
                ("meal", ("餐费", "the meal")),
                ("delivery", ("送餐费", "the delivery fee")),
                ("meal_and_delivery", ("餐费加送餐费", "meal and delivery fee")),
            ],
        ),
    ]  # fmt: skip
    sites = [
        make_field(
            tree, f"{at}.site_in_same", "choice", ("食堂要在", "The canteen is in"),
            options=choices(words.OWN),
        ),
        make_field(
            tree, f"{at}.site_in", "places", ("食堂在这些地方", "The canteen is in one of"),
            hint=PLACES_HINT,
        ),
        _boxes(tree, f"{at}.site_traits_any", ("食堂须是", "The canteen is"), TRAITS),
        _boxes(tree, f"{at}.site_traits_none", ("食堂不能是", "The canteen is not"), TRAITS),
    ]  # fmt: skip
    calendar = [
        make_field(
            tree, f"{at}.weekdays", "weekdays", ("星期", "Weekdays"),
            options=choices(words.WEEKDAY),
        ),
        make_field(
            tree, f"{at}.days_of_month", "wholes", ("每月几日", "Days of the month"),
            hint=("如 1、15", "such as 1, 15"),
        ),
        make_field(
            tree, f"{at}.months", "wholes", ("几月", "Months"), hint=("如 1、7", "such as 1, 7")
        ),
        make_field(
            tree, f"{at}.dates", "days", ("日期", "Dates"),
            hint=("如 2026-10-01", "such as 2026-10-01"),
        ),
        make_field(
            tree, f"{at}.birthday", "choice", ("生日", "Birthday"),
            options=[
                ("day", ("生日当天", "on the birthday")),
                ("month", ("生日当月", "in its month")),
            ],
        ),
        make_field(
            tree, f"{at}.meals_of_day", "wholes", ("当天第几餐", "Which meal of the day"),
            hint=("如 1、2", "such as 1, 2"),
        ),
    ]  # fmt: skip
    windows = [_window(tree, own) for own, _ in items(tree, f"{at}.windows")]
    more = [
        _folded(("最低消费", "Minimum spend"), f"{at}.spend", spend),
        _folded(("哪家食堂", "Which canteen"), "", sites),
        _folded(("星期、日期、生日、第几餐", "Weekday, date, birthday, which meal"), "", calendar),
        Group(
            f"{at}.windows", ("几点到几点", "Hours"), groups=windows, folded=not windows,
            buttons=[Button(f"add:{at}.windows", ("加一段时间", "Add hours"))], look="list",
        ),
    ]  # fmt: skip
    title = ("什么时候、在哪里", "When and where")
    return Group(at, title, rows=[days], groups=more, look="list")


def _window(tree: Tree, path: str) -> Group:
    row = [
        make_field(tree, f"{path}.from", "time", ("从", "From")),
        make_field(tree, f"{path}.until", "time", ("到", "Until")),
        make_field(
            tree, f"{path}.until_counts", "flag", ("到点那一分钟算", "The last minute counts"),
            options=choices(words.YES_NO), optional=False,
        ),
        make_field(
            tree, f"{path}.period", "choice", ("只管这一餐", "Only for this meal"),
            options=_with_own(words.PERIODS, [get(tree, f"{path}.period")]),
        ),
    ]  # fmt: skip
    remove = Button(f"remove:{path}", ("去掉", "Remove"))
    return Group(path, rows=[row], buttons=[remove], look="row")


def _boxes(tree: Tree, path: str, label: Both, names: dict[str, Both]) -> Field:
    """Boxes to tick, for what is known and for what the document names besides."""
    stated = get(tree, path)
    options = _with_own(names, stated if isinstance(stated, list) else [])
    return make_field(tree, path, "choices", label, options=options)


def _with_own(names: dict[str, Both], stated: list[object]) -> Options:
    own = [str(code) for code in stated if isinstance(code, str) and code not in names]
    return [*names.items(), *((code, (code, code)) for code in own)]


def _folded(title: Both, path: str, fields: list[Field]) -> Group:
    return Group(path, title, rows=[fields], folded=not any(each.shown for each in fields))


EFFECT_FIELDS: dict[str, tuple[str, Both, Both]] = {
    "yuan": ("yuan", ("金额（元）", "Amount (yuan)"), ("", "")),
    "percent": ("percent", ("百分之几", "Percent"), ("", "")),
    "of": ("choice", ("按哪个价", "Of which price"), ("", "")),
    "ceiling_yuan": (
        "limit",
        ("最多补几元", "At most (yuan)"),
        ("空着是不封顶", "empty: no ceiling"),
    ),
    "set_price_yuan": (
        "any_price",
        ("套餐原价（元）", "Price of the set (yuan)"),
        ("超出的自付；空着是不论原价", "what is above is paid; empty: any price"),
    ),
    "pay_yuan": (
        "yuans",
        ("第一餐、第二餐……各付几元", "To pay for meal 1, 2 … (yuan)"),
        ("如 10、8", "such as 10, 8"),
    ),
    "after": ("choice", ("再往后", "After that"), ("", "")),
    "quota": ("choice", ("哪个额度", "Which quota"), ("", "")),
}
OFF: Both = ("每餐减几元", "Yuan off a meal")
TO_PAY: Both = ("每餐付几元", "To pay a meal (yuan)")


def effect_fields(tree: Tree, path: str, keys: dict[str, tuple[str, ...]]) -> Iterator[Field]:
    """The fields of an effect: its kind, and what that kind needs."""
    kind = get(tree, f"{path}.kind")
    yield make_field(
        tree, f"{path}.kind", "choice", ("怎么补", "What is given"),
        options=choices(words.EFFECTS), optional=False,
    )  # fmt: skip
    for key in keys.get(kind, ()) if isinstance(kind, str) else ():
        form, label, hint = EFFECT_FIELDS[key]
        if key == "yuan":
            label = OFF if kind == "off" else TO_PAY
        options: Options = []
        if key == "of":
            options = choices(words.OF)
        elif key == "after":
            options = choices(words.AFTER)
        elif key == "quota":
            options = [(each.get("code", ""), _name(each)) for _, each in items(tree, "quota")]
        yield make_field(
            tree, f"{path}.{key}", form, label, options=options, hint=hint, optional=False
        )
