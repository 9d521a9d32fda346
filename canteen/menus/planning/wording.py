"""What is said when a library, a grid or rules cannot be planned with.

Demands, remedies and broken rules are said by `canteen.menus.plan_words` and
`plan_conflict_words`, which know a site's own names.
"""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_BETWEEN = _l("应在 %(low)s 到 %(high)s 之间。")
_IN_LIBRARY = _l("请到菜品库改好，应在 %(low)s 到 %(high)s 之间。")
_IN_SLOTS = _l("请到“菜单栏目”里改好。")

SENTENCES = {
    "planning_no_cells": Sentence(_l("没有要排的位置。"), _IN_SLOTS),
    "planning_no_dishes": Sentence(
        _l("菜品库里没有这几餐能用的菜。"), _l("请先把菜加到菜品库，或检查菜的供应餐次。")
    ),
    "planning_cell_twice": Sentence(_l("%(day)s 的栏目“%(slot)s”出现了两次。"), _IN_SLOTS),
    "planning_slot_categories": Sentence(
        _l("栏目“%(slot)s”没有选类别，或类别“%(value)s”不存在。"), _IN_SLOTS
    ),
    "planning_category_unknown": Sentence(
        _l("有 %(count)s 道菜的类别“%(value)s”不存在：%(names)s。"), _l("请到菜品库改类别。")
    ),
    "planning_name_empty": Sentence(
        _l("有 %(count)s 道菜的名字里没有文字：%(names)s。"), _l("请到菜品库改名字。")
    ),
    "planning_same_name": Sentence(
        _l("有 %(count)s 组菜其实是同一道：%(names)s。"), _l("请到菜品库合并，或改名字。")
    ),
    "planning_dish_gone": Sentence(
        _l("%(day)s“%(slot)s”里的菜不在菜品库了。"), _l("请打开那一周，换一道菜。")
    ),
    "planning_pinned_outside": Sentence(
        _l("%(day)s 栏目“%(slot)s”只有 %(places)s 格，固定的“%(name)s”放不下。"),
        _l("请取消固定，或给栏目加一格。"),
    ),
    "planning_cost_missing": Sentence(
        _l("有 %(count)s 道菜没有成本，预算没法算：%(names)s。"),
        _l("请补上这些菜的配料和进价，或先去掉预算。"),
    ),
    "planning_dish_cost_fen": Sentence(
        _l("有 %(count)s 道菜的成本不对（%(value)s 分）：%(names)s。"), _IN_LIBRARY
    ),
    "planning_dish_price_fen": Sentence(
        _l("有 %(count)s 道菜的价格不对（%(value)s 分）：%(names)s。"), _IN_LIBRARY
    ),
    "planning_dish_rating": Sentence(
        _l("有 %(count)s 道菜的评分不对（%(value)s）：%(names)s。"), _IN_LIBRARY
    ),
    "planning_dish_nutrients": Sentence(
        _l("有 %(count)s 道菜的营养数值不对（%(value)s）：%(names)s。"), _IN_LIBRARY
    ),
    "planning_dish_grams": Sentence(
        _l("有 %(count)s 道菜的配料克数不对（%(value)s）：%(names)s。"), _IN_LIBRARY
    ),
    "planning_slot_places": Sentence(_l("栏目“%(slot)s”的格数“%(value)s”不对。"), _BETWEEN),
    "planning_slot_servings": Sentence(_l("栏目“%(slot)s”每人取“%(value)s”份，不对。"), _BETWEEN),
    "planning_rule_windows": Sentence(_l("可重复类别隔“%(value)s”天，不对。"), _BETWEEN),
    "planning_rule_return_days": Sentence(_l("同一道菜隔“%(value)s”天，不对。"), _BETWEEN),
    "planning_rule_diets": Sentence(_l("忌口的菜至少“%(value)s”道，不对。"), _BETWEEN),
    "planning_rule_capacity": Sentence(_l("锅灶数“%(value)s”不对。"), _BETWEEN),
    "planning_rule_budget_fen": Sentence(_l("预算“%(value)s”分不对。"), _BETWEEN),
    "planning_rule_importance": Sentence(_l("轻重“%(value)s”不对。"), _BETWEEN),
    "planning_rule_meal_share": Sentence(_l("一餐占全天的百分之“%(value)s”，不对。"), _BETWEEN),
    "planning_rule_bands": Sentence(_l("营养目标“%(value)s”不对。"), _BETWEEN),
    "planning_rule_kinds": Sentence(_l("种类数“%(value)s”不对。"), _BETWEEN),
    "planning_rule_soy_days_a_week": Sentence(_l("每周豆制品“%(value)s”天，不对。"), _BETWEEN),
    "planning_rule_unknown": Sentence(
        _l("没有“%(value)s”这条软规则。"), _l("请到“排菜规则”里改好。")
    ),
    "planning_band": Sentence(
        _l("营养目标“%(nutrient)s”的下限 %(low)s 比上限 %(high)s 还高。"),
        _l("请把下限改低，或把上限改高。"),
    ),
}
"""Sentences by refusal code; what cannot be known where they are made (a row's number) is left
out rather than guessed."""
