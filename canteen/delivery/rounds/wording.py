"""What refusals of rounds say, and why a manager should look at what a phone told."""

from flask_babel import lazy_gettext as _l

from canteen.delivery.rounds import rules, transfers
from canteen.foundation.wording import Sentence

REASONS = {
    rules.ELSEWHERE: _l("记的时候这一户已经不在他手上，没有写进结果"),
    rules.CALLED_OFF: _l("这一户已经不用送"),
    rules.CARD_OTHER: _l("扫的卡是别人的"),
    rules.CARD_ENDED: _l("扫的卡已挂失或换过"),
    rules.CARD_UNKNOWN: _l("系统里没有这张卡"),
    rules.CARD_UNREAD: _l("扫的码不是本食堂的卡"),
    rules.BOXES_DIFFER: _l("取餐时盒数对不上"),
    rules.BOXES_MISSING: _l("保温箱没有带齐回来"),
    rules.CANNOT_FINISH: _l("送不完，剩下的要人接"),
    "outcome_changed_meanwhile": _l("之前已有别人记了这一户，没有写进结果"),
    "no_permission_to_leave": _l("没有放门口的同意，没有写进结果"),
    "outcome_id_used": _l("编号重复，没有写进结果"),
    transfers.NOT_OFFERED: _l("现在转不出去，还是您送：已记过结果，或他不送餐了"),
    transfers.NOT_ACCEPTED: _l("他还没同意志愿者承诺，还是您送：请他先同意，或转给别人"),
    "round_not_begun": _l("还没到这一天，没有写进结果"),
}
"""By code; an event's `reason` may hold several."""

PROOFS = {
    rules.CARD_OK: _l("已扫本人的卡"),
    rules.CARD_OTHER: REASONS[rules.CARD_OTHER],
    rules.CARD_ENDED: REASONS[rules.CARD_ENDED],
    rules.CARD_UNKNOWN: REASONS[rules.CARD_UNKNOWN],
    rules.CARD_UNREAD: REASONS[rules.CARD_UNREAD],
}

STAYS = {
    "round_unknown": _l("食堂里没有这一趟"),
    "stop_unknown": _l("这一趟里没有这一户"),
    "id_reused": _l("编号重复"),
    "invalid": _l("这一条读不懂"),
}
"""Why something stays on the phone until a person has looked at it."""

SENTENCES = {
    "photo_of_nothing": Sentence(_l("这张照片没有对应的一户。"), _l("请在那一户下面重新拍。")),
}
