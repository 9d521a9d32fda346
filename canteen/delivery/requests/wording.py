"""What is said of requests."""

from flask_babel import lazy_gettext as _l

from canteen.delivery.requests.models import RequestState
from canteen.foundation.wording import Sentence

STATES = {
    RequestState.OPEN: _l("等人接"),
    RequestState.HELD: _l("有人接了"),
    RequestState.DONE: _l("办完，等确认"),
    RequestState.CONFIRMED: _l("已确认"),
    RequestState.WITHDRAWN: _l("不用了"),
}

_LOOK = _l("请刷新页面看现在的点单。")

SENTENCES = {
    "request_kind_unknown": Sentence(_l("没有这一类帮忙。"), _l("请从列表里选一类。")),
    "kind_name_taken": Sentence(_l("已经有这一类帮忙。"), _l("请换个名字，或改原来那一类。")),
    "resident_gone": Sentence(_l("这位老人已经不在这里。"), _l("请核对姓名。")),
    "team_elsewhere": Sentence(_l("这支队不在本食堂，或已停用。"), _l("请换一支队。")),
    "request_gone": Sentence(_l("这一单已经不在。"), _LOOK),
    "request_taken": Sentence(_l("这一单刚被别人接走了。"), _l("谢谢您！请看别的单。")),
    "request_for_others": Sentence(_l("这一单派给了另一支队。"), _LOOK),
    "request_done_already": Sentence(_l("这一单已经办完。"), _LOOK),
    "request_not_yours": Sentence(_l("这一单不在您手上。"), _LOOK),
    "request_not_done": Sentence(_l("这一单还没有办完，不能确认。"), _l("请等接单的人办完。")),
}
