"""What is said of applications, the line, specials and the cut-off."""

from flask_babel import lazy_gettext as _l

from canteen.delivery import standing
from canteen.delivery.models import NeedState
from canteen.delivery.needs import rules
from canteen.delivery.needs.models import SpecialKind
from canteen.foundation.wording import Sentence
from canteen.residents.models import Status

ASKERS = {"resident": _l("本人"), "relative": _l("亲属"), "worker": _l("社区工作人员")}

SPECIALS = {
    SpecialKind.NONE: _l("这天不送"),
    SpecialKind.MORE: _l("多送几份"),
    SpecialKind.OTHER_PERIOD: _l("改到另一餐"),
}

STATES = {
    NeedState.PROPOSED: _l("等另一人审批"),
    NeedState.WAITING: _l("候补"),
    NeedState.APPROVED: _l("已批准"),
    NeedState.DECLINED: _l("没批准"),
}

WAITS_FOR = {rules.PLACES: _l("等名额"), rules.MONEY: _l("等经费")}

CALLED_OFF = {
    standing.PAUSED: _l("暂停送餐"),
    standing.NONE_TODAY: _l("这天不送"),
    standing.NOT_NEEDED: _l("不用再送"),
    Status.DECEASED: _l("已去世"),
    Status.MOVED: _l("已经搬走"),
}

SENTENCES = {
    "need_overlaps": Sentence(
        _l("这一餐在这段日期已经登记过送餐。"), _l("请先结束原来的一条，再登记新的。")
    ),
    "need_ends_first": Sentence(
        _l("结束日期 %(last)s 早于开始日期 %(first)s。"), _l("请核对两个日期。")
    ),
    "need_evidence_missing": Sentence(_l("没有写送餐的依据。"), _l("请写哪份材料、谁出的、编号。")),
    "asker_missing": Sentence(_l("没有写申请的亲属是谁。"), _l("请写姓名和关系，如“女儿陈丽”。")),
    "need_gone": Sentence(_l("这份申请已经不在。"), _l("请刷新页面看现在的名单。")),
    "need_own": Sentence(_l("自己登记的申请不能自己批。"), _l("请另一位同事来定。")),
    "need_decided": Sentence(_l("这份申请已有人定了。"), _l("请刷新页面看结果。")),
    "need_decided_by": Sentence(
        _l("这份申请%(name)s已经定了。"), _l("要停止送餐，请在他的页面写上最后一天。")
    ),
    "need_not_own": Sentence(
        _l("只有登记的人能撤回申请。"), _l("请登记的人撤回，或写明原因不批。")
    ),
    "need_is_over": Sentence(
        _l("申请的日期到 %(last)s 为止，已经来不及送。"), _l("请重新登记要送的日期。")
    ),
    "decline_needs_reason": Sentence(_l("没有写不批的原因。"), _l("请写一句原因，申请人要知道。")),
    "need_not_waiting": Sentence(_l("他已经不在候补名单里。"), _l("请刷新页面看现在的名单。")),
    "not_first_in_line": Sentence(
        _l("他排在第 %(place)s 位，前面还有人。"), _l("先批前面的；一定要先批他，请写明原因。")
    ),
    "no_place_free": Sentence(_l("名额还是满的。"), _l("等有人停送，或请负责人在项目里加名额。")),
    "no_money_free": Sentence(
        _l("这个月的经费还是不够。"), _l("等有人停送，或请负责人在项目里加经费。")
    ),
    "pause_overlaps": Sentence(_l("这段日期已有暂停。"), _l("请先结束原来的一条，再登记新的。")),
    "all_past_cutoff": Sentence(
        _l("今天的餐都已过截止时间，厨房已经备好，照常送。"),
        _l("要暂停，请从 %(day)s 起。"),
    ),
    "past_cutoff": Sentence(
        _l("这一餐的截止时间 %(ends)s 已过，厨房已经备好，不能再改。"), _l("请改后面的日期。")
    ),
    "special_day_over": Sentence(_l("%(day)s 已经过去。"), _l("请选今天或以后的日期。")),
    "special_known": Sentence(_l("这天这一餐已有安排。"), _l("请先取消原来的，再登记新的。")),
    "special_paused": Sentence(_l("这天在暂停里，本来就不送。"), _l("要送请先结束暂停。")),
    "no_need_that_day": Sentence(
        _l("这天这一餐本来就不给他送。"), _l("请核对日期和餐次，或先登记送餐需要。")
    ),
    "same_period": Sentence(_l("改到的还是同一餐。"), _l("请选另一餐。")),
}
