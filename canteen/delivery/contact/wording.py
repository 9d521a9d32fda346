"""What is said of contact cards and of what is asked through them."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence
from canteen.residents.models import Level

LEADERS = {
    Level.UNIT: _l("单元长"),
    Level.BUILDING: _l("楼栋长"),
    Level.COMPOUND: _l("小区网格员"),
    Level.COMMUNITY: _l("社区网格长"),
}

WHENS = {
    "today": _l("今天"),
    "tomorrow": _l("明天"),
    "week": _l("这几天"),
    "any": _l("不急"),
}
"""When something is wanted, as the card's page asks."""

_CALL = _l("请直接打食堂电话。")

SENTENCES = {
    "card_over": Sentence(_l("这张联络卡已经换过新的。"), _CALL),
    "card_wishes_many": Sentence(
        _l("您前面点的食堂已经收到，正在安排。"), _l("急事请打食堂电话。")
    ),
    "wish_gone": Sentence(_l("这一条已经不在。"), _l("请刷新页面。")),
    "wish_decided": Sentence(_l("这一条已经有人处理。"), _l("请刷新页面看现在的点单。")),
    "wish_for_nobody": Sentence(_l("请选是哪位老人要的。"), _l("从名单里选一位，再派出去。")),
}
