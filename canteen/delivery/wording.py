"""What refusals of the delivery room say, and the names of outcomes and problems."""

from flask_babel import lazy_gettext as _l

from canteen.delivery import rules
from canteen.delivery.models import OutcomeKind
from canteen.foundation.wording import Sentence

OUTCOMES = {
    OutcomeKind.HANDED_OVER: _l("交到本人手上"),
    OutcomeKind.LEFT_AT_DOOR: _l("放门口（本人同意）"),
    OutcomeKind.NOBODY_ANSWERS: _l("敲门没人应"),
    OutcomeKind.REFUSED: _l("本人不肯要"),
    OutcomeKind.MOVED: _l("已经搬走"),
    OutcomeKind.IN_HOSPITAL: _l("正在住院"),
}

SHORT_OUTCOMES = {
    OutcomeKind.HANDED_OVER: _l("交本人"),
    OutcomeKind.LEFT_AT_DOOR: _l("放门口"),
    OutcomeKind.NOBODY_ANSWERS: _l("没人应"),
    OutcomeKind.REFUSED: _l("不要"),
    OutcomeKind.MOVED: _l("搬走"),
    OutcomeKind.IN_HOSPITAL: _l("住院中"),
}
"""For tick boxes on paper and heads of columns."""

PROBLEMS = {
    rules.TAG_EXPIRED: _l("资格已过期，请复核"),
    rules.NO_ADDRESS: _l("没有登记楼栋单元"),
    rules.NOBODY_COVERS: _l("这一片没有志愿者"),
    rules.NOBODY_TODAY: _l("这一片的志愿者当天不来"),
    rules.OVER_CAPACITY: _l("志愿者都装满了"),
    rules.ADDED_LATE: _l("发布后新加，请派人"),
    rules.CARRIER_AWAY: _l("志愿者来不了，还没人顶"),
    rules.ROUTE_LEFT_OUT: _l("路线里排不下"),
    rules.CANNOT_FINISH: _l("志愿者送不完，请马上派人"),
}

MEAL_PROBLEMS = {
    "already_eaten": _l("这一餐已经吃过，没有再记账"),
    "not_entitled": _l("当天没有免费餐资格，没有记账"),
}

_LOOK_AGAIN = _l("请看现在的结果，需要再改一次")

SENTENCES = {
    "nothing_to_publish": Sentence(
        _l("这一餐没有要送的人。"), _l("请核对日期和餐次，或先登记送餐需要。")
    ),
    "no_programme": Sentence(
        _l("这一天没有有效的免费餐项目。"), _l("请负责人先登记项目：谁出钱、给谁、多少钱。")
    ),
    "day_is_over": Sentence(_l("%(day)s 已经过去，不能再发布。"), _l("请选今天或以后的日期。")),
    "round_not_begun": Sentence(_l("%(day)s 还没到，不能先记结果。"), _l("请到当天再记。")),
    "no_permission_to_leave": Sentence(
        _l("这位老人没有同意放门口。"), _l("请交到本人手上；没人应就记“敲门没人应”。")
    ),
    "outcome_changed_meanwhile": Sentence(_l("刚才已有别人记了这一户。"), _LOOK_AGAIN),
    "outcome_id_used": Sentence(
        _l("这次提交的编号已经用过，结果没有改。"), _l("请刷新页面再记一次。")
    ),
    "volunteer_elsewhere": Sentence(_l("这位志愿者不在本食堂，或已停用。"), _l("请换一位志愿者。")),
    "stop_called_off": Sentence(
        _l("这一户已经不用送，不能再派。"), _l("请刷新页面看现在的送餐单。")
    ),
    "stop_already_done": Sentence(
        _l("这一户已经记了结果，不用再派。"), _l("如果记错了，请先更正结果。")
    ),
    "programme_overlaps": Sentence(
        _l("这段日期已有项目“%(name)s”。"),
        _l("一天只能有一个免费餐项目，请先写好原项目的结束日期。"),
    ),
    "programme_in_use": Sentence(
        _l("这个项目已经发布过送餐单，价格、出资方、资格和开始日期不能再改。"),
        _l("请写上结束日期，再新建一个项目。"),
    ),
    "sign_in_taken": Sentence(
        _l("这个登录账号已经连着另一位志愿者。"), _l("请选别的账号，或不连账号。")
    ),
}
