"""What people read when a menu, a dish or an ingredient cannot be taken."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "menu_not_recognised": Sentence(
        _l("看不出这是一份菜单：找不到“星期、菜名”的表头，也找不到一排星期。"),
        _l("请用四列：星期、餐次、类别、菜名；或把星期排成一行。"),
    ),
    "menu_day_unknown": Sentence(
        _l("第 %(row)s 行的星期“%(value)s”看不懂。"),
        _l("请写成“周一”“星期一”或“2026-11-23”。"),
    ),
    "menu_day_mismatch": Sentence(
        _l("第 %(row)s 行的日期和星期对不上：“%(value)s”。"),
        _l("请核对日历，只留一个正确的日期。"),
    ),
    "menu_week_unknown": Sentence(
        _l("第 %(row)s 行的周次“%(value)s”看不懂。"), _l("请写成 1 到 6 的数字。")
    ),
    "menu_dish_missing": Sentence(
        _l("第 %(row)s 行没有菜名。"), _l("请填上菜名；不供应的请写“无”。")
    ),
    "menu_dish_name": Sentence(
        _l("第 %(row)s 行的菜名“%(value)s”不能用：要有文字，最多 40 个字。"),
        _l("请改短，几道菜之间用“、”分开。"),
    ),
    "menu_sheets": Sentence(
        _l("文件里的工作表超过 %(limit)s 张，后面的没有读。"), _l("请只留要导入的几张，再上传。")
    ),
    "menu_cell": Sentence(
        _l("第 %(row)s 行有一格是公式或错误值：“%(value)s”。"),
        _l("请复制后“选择性粘贴为数值”，再上传。"),
    ),
}
"""Sentences by refusal code."""
