"""Caps, quotas, passes, grants, bonuses, terms and notes, and what all parts share."""

from collections.abc import Iterable

from canteen.blueprints.subsidies.editor.clauses import PLACES_HINT, when_group, who_group
from canteen.blueprints.subsidies.editor.parts import Field, Group, Options, choices, make_field
from canteen.subsidies import vocabulary as words
from canteen.subsidies.tree import Tree, get, items
from canteen.subsidies.wording import Both

NAME = (("name.zh", ("名称", "Name in Chinese")), ("name.en", ("英文名称", "Name in English")))


def name_fields(tree: Tree, path: str) -> list[Field]:
    """What a part is called in both languages."""
    return [
        make_field(tree, f"{path}.{key}" if path else key, "text", label, optional=False)
        for key, label in NAME
    ]


def code_field(tree: Tree, path: str) -> Field:
    """The code a part is kept under in meals and claims."""
    hint = ("用在记录里，别和旧的重复", "kept in records; each once")
    return make_field(tree, f"{path}.code", "text", ("代号", "Code"), hint=hint, optional=False)


def title_of(tree: Tree, path: str, fallback: Both) -> Both:
    """The name a part gives itself so far, in both languages; `fallback` while it has none."""
    zh, en = get(tree, f"{path}.name.zh"), get(tree, f"{path}.name.en")
    return (zh or fallback[0], en or fallback[1]) if isinstance(zh, str) else fallback


def funder_field(tree: Tree, path: str, label: Both = ("谁出钱", "Who pays")) -> Field:
    """Which funder pays."""
    return make_field(tree, f"{path}.funder", "choice", label, options=payers(tree), optional=False)


def payers(tree: Tree) -> Options:
    """Those the policy lists come first; another one must be listed too, and is told so."""
    listed = get(tree, "funders")
    first = [code for code in listed if code in words.FUNDERS] if isinstance(listed, list) else []
    order = dict.fromkeys([*first, *words.FUNDERS])
    return [(code, words.FUNDERS[code]) for code in order]


def cap_part(tree: Tree, path: str) -> Group:
    """One cap: what it counts, per which span, and how much of it."""
    rules: Options = [
        (str(each.get("code", "")), title_of(tree, own, (str(each.get("code", "")),) * 2))
        for own, each in items(tree, "rule")
    ]
    first = [
        make_field(
            tree, f"{path}.per", "choice", ("多久", "Per"), options=choices(words.SPANS),
            optional=False,
        ),
        make_field(tree, f"{path}.meals", "whole", ("最多补几次", "At most so many meals")),
        make_field(tree, f"{path}.yuan", "yuan", ("或最多补几元", "or at most (yuan)")),
    ]  # fmt: skip
    narrow = [
        make_field(tree, f"{path}.rule", "choice", ("只管这条", "Only this one"), options=rules),
        make_field(
            tree, f"{path}.rules", "choices", ("或这几条合计", "or these together"), options=rules
        ),
        make_field(
            tree, f"{path}.funder", "choice", ("只算谁出的", "Only what this one pays"),
            options=payers(tree),
        ),
        make_field(
            tree, f"{path}.everywhere", "flag", ("和别的政策一起算", "With other policies"),
            options=choices(words.YES_NO),
        ),
        make_field(
            tree, f"{path}.site_in", "places", ("只在这些地方的食堂", "Only at canteens in"),
            hint=PLACES_HINT,
        ),
        code_field(tree, path),
    ]  # fmt: skip
    folded = not any(each.shown for each in narrow[:-1])
    rest = Group("", ("只管一部分", "Only a part"), rows=[narrow], folded=folded)
    return Group(path, ("上限", "Cap"), rows=[first], groups=[rest], look="card")


def quota_part(tree: Tree, path: str) -> Group:
    """One quota: how much a person has per span."""
    spans = {key: words.SPANS[key] for key in ("day", "week", "month", "year")}
    row = [
        make_field(
            tree, f"{path}.per", "choice", ("多久", "Per"), options=choices(spans), optional=False
        ),
        make_field(tree, f"{path}.yuan", "yuan", ("几元", "Yuan"), optional=False),
        code_field(tree, path),
    ]
    return _named(tree, path, ("新额度", "New quota"), [row])


def pass_part(tree: Tree, path: str) -> Group:
    """One pass: its price and how long it is good for."""
    row = [
        make_field(tree, f"{path}.price_yuan", "yuan", ("卖几元", "Price (yuan)"), optional=False),
        make_field(tree, f"{path}.days", "whole", ("管几天", "Good for days"), optional=False),
        code_field(tree, path),
    ]
    return _named(tree, path, ("新套餐卡", "New pass"), [row])


def grant_part(tree: Tree, path: str) -> Group:
    """What the canteen earns beside the price: from whom, for what, how much."""
    row = [
        funder_field(tree, path),
        make_field(
            tree, f"{path}.per", "choice", ("按什么给", "Per"), options=choices(words.GRANTS),
            optional=False,
        ),
        make_field(tree, f"{path}.yuan", "yuan", ("补给食堂几元", "Yuan"), optional=False),
        code_field(tree, path),
    ]  # fmt: skip
    group = _named(tree, path, ("新补助", "New grant"), [row])
    group.groups = [who_group(tree, path), when_group(tree, path)]
    return group


def top_up_part(tree: Tree, path: str) -> Group:
    """One bonus on cash that is brought: from how much on, and how much."""
    row = [
        funder_field(tree, path),
        make_field(
            tree, f"{path}.at_least_yuan", "yuan", ("一次充满几元", "Top-up of (yuan)"),
            optional=False,
        ),
        make_field(tree, f"{path}.yuan", "yuan", ("送几元", "Adds (yuan)")),
        make_field(tree, f"{path}.percent", "percent", ("或送百分之几", "or adds percent")),
        make_field(
            tree, f"{path}.each", "flag", ("每满一次都送", "Again for every full sum"),
            options=choices(words.YES_NO), optional=False,
        ),
        make_field(
            tree, f"{path}.month_yuan", "limit", ("每月最多送几元", "At most a month (yuan)"),
            hint=("空着是不限", "empty: no limit"),
        ),
        code_field(tree, path),
    ]  # fmt: skip
    group = _named(tree, path, ("新赠送", "New bonus"), [row])
    group.groups = [who_group(tree, path)]
    return group


def _named(tree: Tree, path: str, fallback: Both, rows: Iterable[list[Field]]) -> Group:
    title = title_of(tree, path, fallback)
    return Group(path, title, rows=[name_fields(tree, path), *rows], look="card")


def terms_part(tree: Tree) -> Group:
    """How rules combine and round."""
    row = [
        make_field(tree, f"terms.{key}", "choice", label, options=choices(options), optional=False)
        for key, (label, options) in words.TERMS.items()
    ]
    return Group("terms", ("怎样合并、怎样取整", "How it combines and rounds"), rows=[row])


def silence_part(tree: Tree, path: str) -> Group:
    """What the source leaves open, and what was chosen."""
    row = [
        make_field(tree, f"{path}.key", "text", ("说的是哪一处", "About"), optional=False),
        make_field(tree, f"{path}.zh", "lines", ("如何处理（中文）", "In Chinese"), optional=False),
        make_field(tree, f"{path}.en", "lines", ("英文", "In English"), optional=False),
    ]
    return Group(path, rows=[row], look="row")
