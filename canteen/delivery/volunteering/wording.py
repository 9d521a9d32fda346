"""What is said of volunteers: kinds, transport, refusals."""

from flask_babel import lazy_gettext as _l

from canteen.delivery.models import Transport, VolunteerKind
from canteen.delivery.volunteering.models import TeamKind
from canteen.foundation.wording import Sentence

TRANSPORTS = {
    Transport.FOOT: _l("步行送"),
    Transport.BIKE: _l("骑车送"),
    Transport.CAR: _l("开车送"),
}

KINDS = {VolunteerKind.NEIGHBOUR: _l("邻里志愿者"), VolunteerKind.MERCHANT: _l("合作商家")}

TEAM_KINDS = {
    TeamKind.PARTY_BRANCH: _l("党支部"),
    TeamKind.NEIGHBOURS: _l("邻里帮"),
    TeamKind.MERCHANTS: _l("商家"),
}

_READ_AGAIN = _l("请重新打开页面，读一遍新的。")

SENTENCES = {
    "agreement_changed": Sentence(_l("保密承诺刚刚换了新的。"), _READ_AGAIN),
    "agreement_holds_already": Sentence(
        _l("%(day)s 起的承诺已经生效，志愿者正照着签，不能再改。"),
        _l("请写一份从明天或以后起的新承诺。"),
    ),
    "agreement_empty": Sentence(_l("承诺没有写内容。"), _l("请把全文贴进来，一条一行。")),
    "absence_day_over": Sentence(_l("%(day)s 已经过去。"), _l("请选今天或以后的日期。")),
    "absence_gone": Sentence(_l("这次请假已经取消。"), _l("请刷新页面看现在的安排。")),
    "cancel_too_late": Sentence(
        _l("现在请假已经来不及自动换人。"), _l("请马上打食堂电话，我们找人顶您。")
    ),
    "substitute_named": Sentence(_l("已经安排别人替您了。"), _l("要改回来，请打食堂电话。")),
    "substitute_away": Sentence(_l("这位志愿者当天也请假。"), _l("请换一位。")),
    "team_name_taken": Sentence(_l("已经有一支同名的队。"), _l("请换个队名。")),
}
