"""What the statistics page calls things, and what its refusals say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "statistics_no_such_day": Sentence(_l("没有“%(value)s”这一天"), _l("日期请填如 2026-11-22")),
    "statistics_year": Sentence(
        _l("“%(value)s”太远了，只统计 %(first)s 年到 %(last)s 年"), _l("请核对年份")
    ),
    "statistics_backwards": Sentence(
        _l("开始日期 %(first)s 在结束日期 %(last)s 之后"), _l("请把两个日期换过来")
    ),
    "statistics_unknown_choice": Sentence(_l("不能按“%(value)s”统计"), _l("请从列表里选一项")),
}

GROUPS = {
    "period": _l("餐次"),
    "channel": _l("就餐方式"),
    "age_band": _l("年龄段"),
    "tag": _l("人员类别"),
    "grid": _l("网格"),
    "payer": _l("出资方"),
}

GRAINS = {"day": _l("按日"), "week": _l("按周"), "month": _l("按月")}

LEVELS = {
    "community": _l("社区"),
    "compound": _l("小区"),
    "building": _l("楼栋"),
    "unit": _l("单元"),
}

QUICK = {
    "today": _l("当天"),
    "this_week": _l("本周"),
    "this_month": _l("本月"),
    "last_month": _l("上月"),
}

CHANNELS = {"dine_in": _l("堂食"), "takeaway": _l("自取"), "delivery": _l("送餐上门")}

REASONS = {
    "handed_over": _l("记为送到，但没有用餐记录"),
    "left_at_door": _l("记为放门口，但没有用餐记录"),
    "nobody_answers": _l("敲门无人应答"),
    "refused": _l("本人不要"),
    "moved": _l("已搬走"),
    "in_hospital": _l("住院"),
    "paused": _l("暂停送餐"),
    "none_today": _l("这天不送"),
    "in_line": _l("送餐还在申请或候补"),
    "not_routed": _l("没有安排志愿者"),
    "no_outcome": _l("在送餐单上，还没有人登记结果"),
    "no_meal": _l("没有用餐记录"),
}

TO_VISIT = frozenset({"nobody_answers", "no_outcome", "not_routed", "no_meal", "in_line"})
"""Nobody knows how these people are: somebody should ask."""

TO_VISIT_AT_ONCE = frozenset({"nobody_answers", "not_routed"})
"""The same while the day goes on: everybody else may still come, or have a meal brought."""
