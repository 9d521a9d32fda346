"""A whole document laid out as groups of fields, generated from what it says."""

from collections.abc import Callable

from canteen.blueprints.subsidies.editor.clauses import (
    effect_fields,
    when_group,
    who_group,
)
from canteen.blueprints.subsidies.editor.parts import (
    Button,
    Group,
    choices,
    make_field,
)
from canteen.blueprints.subsidies.editor.restructure import EFFECT_KEYS
from canteen.blueprints.subsidies.editor.smaller import (
    cap_part,
    code_field,
    funder_field,
    grant_part,
    name_fields,
    pass_part,
    payers,
    quota_part,
    silence_part,
    terms_part,
    title_of,
    top_up_part,
)
from canteen.subsidies import vocabulary as words
from canteen.subsidies.tree import Tree, get, items
from canteen.subsidies.wording import Both

PLACE_HINT: Both = ("如 广州市/增城区", "such as 广州市/增城区")
OPEN: Both = ("原文没写，此处如何处理", "What the source leaves open")


def lay_out(tree: Tree) -> list[Group]:
    """Every group of the page, in the order of the document."""
    return [
        _top(tree),
        _list(tree, "rule", ("补贴规则", "Subsidies"), _rule, ("加一条规则", "Add a subsidy")),
        _list(tree, "cap", ("次数和金额上限", "Caps"), cap_part, ("加一个上限", "Add a cap")),
        _list(tree, "quota", ("额度", "Quotas"), quota_part, ("加一个额度", "Add a quota")),
        _list(tree, "pass", ("套餐卡", "Passes"), pass_part, ("加一种套餐卡", "Add a pass")),
        _list(tree, "grant", ("给食堂的补助", "Grants"), grant_part, ("加一项补助", "Add a grant")),
        _list(tree, "top_up", ("充值赠送", "Bonuses"), top_up_part, ("加一项", "Add a bonus")),
        terms_part(tree),
        _list(tree, "silence", OPEN, silence_part, ("加一条说明", "Add a note")),
    ]


def _top(tree: Tree) -> Group:
    funders = make_field(
        tree, "funders", "ordered", ("谁出钱（按付款先后）", "Who pays, in the order of paying"),
        options=choices(words.FUNDERS), optional=False,
    )  # fmt: skip
    return Group(
        "top",
        ("这份政策", "The policy"),
        rows=[
            name_fields(tree, ""),
            [
                make_field(tree, "place", "text", ("适用地", "Place"), hint=PLACE_HINT),
                make_field(tree, "source", "lines", ("出处", "Source"), optional=False),
            ],
            [
                make_field(tree, "valid_from", "day", ("从哪天起", "First day"), optional=False),
                make_field(
                    tree, "valid_until", "until", ("到哪天为止（含）", "Last day"),
                    hint=("空着是长期有效", "empty: until further notice"),
                ),
                make_field(tree, "version", "whole", ("第几版", "Version"), optional=False),
            ],
            [funders],
        ],
    )  # fmt: skip


def _list(
    tree: Tree, key: str, title: Both, part: Callable[[Tree, str], Group], add: Both
) -> Group:
    parts = [part(tree, path) for path, _ in items(tree, key)]
    for group in parts:
        group.buttons += [
            Button(f"copy:{group.path}", ("照抄一份", "Copy")),
            Button(f"remove:{group.path}", ("删去", "Remove")),
        ]
    folded = not parts and key not in ("rule", "cap")
    return Group(
        key, title, groups=parts, buttons=[Button(f"add:{key}", add)], folded=folded, look="list"
    )


def _rule(tree: Tree, path: str) -> Group:
    more = Group(
        "",
        ("先后、代号、补什么", "Order, code, what is subsidised"),
        rows=[
            [
                make_field(
                    tree, f"{path}.stage", "stage", ("第几步算", "Step"),
                    options=choices(words.STAGES), optional=False,
                ),
                make_field(
                    tree, f"{path}.pays_for", "choice", words.TERMS["pays_for"][0],
                    options=choices(words.TERMS["pays_for"][1]),
                    hint=("空着同“怎样合并”里的", "empty: as said under “How it combines”"),
                ),
                make_field(
                    tree, f"{path}.diner_pays_at_least_yuan", "yuan",
                    ("老人自己至少付几元", "The diner pays at least (yuan)"),
                ),
                code_field(tree, path),
            ]
        ],
        folded=True,
    )  # fmt: skip
    return Group(
        path,
        title_of(tree, path, ("新规则", "New subsidy")),
        rows=[name_fields(tree, path)],
        groups=[
            _amounts(tree, path),
            _who_pays(tree, path),
            who_group(tree, path),
            when_group(tree, path),
            more,
        ],
        look="card",
    )


def _amounts(tree: Tree, path: str) -> Group:
    title = ("补多少", "How much")
    if not isinstance(get(tree, f"{path}.bands"), list):
        by_age = Button(f"bands:{path}", ("按年龄分段", "By age"))
        at = f"{path}.effect"
        row = list(effect_fields(tree, at, EFFECT_KEYS))
        return Group(at, title, rows=[row], buttons=[_change_kind(at), by_age], look="list")
    bands = [_band(tree, own) for own, _ in items(tree, f"{path}.bands")]
    for band in bands if len(bands) > 1 else ():
        band.buttons.append(Button(f"remove:{band.path}", ("去掉这一段", "Remove this band")))
    buttons = [
        Button(f"add:{path}.bands", ("加一个年龄段", "Add an age band")),
        Button(f"one:{path}", ("不分年龄", "Same for all ages")),
    ]
    return Group(f"{path}.bands", title, groups=bands, buttons=buttons, look="list")


def _band(tree: Tree, path: str) -> Group:
    ages = [
        make_field(tree, f"{path}.age_from", "whole", ("从几岁", "From age")),
        make_field(tree, f"{path}.age_below", "age_to", ("到几岁（含）", "Through age")),
    ]
    at = f"{path}.effect"
    row = [*ages, *effect_fields(tree, at, EFFECT_KEYS)]
    return Group(path, rows=[row], buttons=[_change_kind(at)], look="row")


def _change_kind(path: str) -> Button:
    return Button(f"kind:{path}", ("换成这种补法", "Use this way"))


def _who_pays(tree: Tree, path: str) -> Group:
    title = ("谁出钱", "Who pays")
    if not isinstance(get(tree, f"{path}.split"), list):
        several = Button(f"split:{path}", ("由几方分担", "Share it"))
        return Group("", rows=[[funder_field(tree, path)]], buttons=[several], look="list")
    shares = [_share(tree, own) for own, _ in items(tree, f"{path}.split")]
    rest = make_field(
        tree, f"{path}.remainder_to", "choice", ("除不尽的分归谁", "Who takes odd fen"),
        options=payers(tree), hint=("按比例分担时必填", "needed with percentages"),
    )  # fmt: skip
    buttons = [
        Button(f"add:{path}.split", ("加一方", "Add a funder")),
        Button(f"funder:{path}", ("只由一方出", "One funder pays")),
    ]
    return Group(f"{path}.split", title, rows=[[rest]], groups=shares, buttons=buttons, look="list")


def _share(tree: Tree, path: str) -> Group:
    row = [
        funder_field(tree, path),
        make_field(tree, f"{path}.percent", "percent", ("百分之几", "Percent")),
        make_field(tree, f"{path}.yuan", "yuan", ("或固定几元", "or a sum (yuan)")),
        make_field(
            tree, f"{path}.rest", "flag", ("或剩下的都归它", "or the rest"),
            options=[("true", words.YES_NO["true"])],
        ),
        make_field(tree, f"{path}.at_most_yuan", "yuan", ("按比例时最多几元", "At most (yuan)")),
    ]  # fmt: skip
    remove = Button(f"remove:{path}", ("去掉这一方", "Remove"))
    return Group(path, rows=[row], buttons=[remove], look="row")
