"""What plans of rounds say: refusals, why a door is left out, why it moved, which limit breaks."""

from flask_babel import lazy_gettext as _l

from canteen.delivery.routes.reading import ADDED_SINCE
from canteen.delivery.routing import checking, comparing, facts
from canteen.foundation.wording import Sentence

UNSERVED = {
    facts.NO_PLACE: _l("没有坐标，也推不出位置"),
    facts.NO_COURIERS: _l("当天没有志愿者来"),
    facts.PINNED_ABSENT: _l("指定的志愿者当天不来"),
    facts.TOO_MANY_BOXES: _l("一个人带不了这么多份"),
    facts.WINDOW_IMPOSSIBLE: _l("谁去都赶不上时间"),
    facts.NO_ROOM: _l("能去的人都装满了"),
    facts.NO_TIME: _l("时间排不下"),
    ADDED_SINCE: _l("排好以后才加的"),
}

MOVED = {
    comparing.NEW: _l("新增的一户"),
    comparing.ITS_VOLUNTEER_ABSENT: _l("原来的志愿者不来"),
    comparing.SERVED_AGAIN: _l("原来没派出"),
    comparing.NOW_LEFT_OUT: _l("排不下"),
    comparing.PINNED: _l("指定给这位志愿者"),
    comparing.BACK_TO_USUAL: _l("回到平时的志愿者"),
    comparing.NO_ROOM_BEFORE: _l("原来的人装不下"),
    comparing.SHORTER: _l("这样合起来更省时间"),
}

TRANSPORT = {facts.FOOT: _l("步行"), facts.BIKE: _l("骑车"), facts.CAR: _l("开车")}

PLACED_BY = {
    "compound": _l("按小区估的位置"),
    "community": _l("按社区估的位置"),
}

BROKEN = {
    checking.OVER_CAPACITY: _l("多带 %(count)s 份"),
    checking.TOO_LATE: _l("晚 %(count)s 分钟"),
    checking.BACK_TOO_LATE: _l("晚回 %(count)s 分钟"),
    checking.NOT_PINNED: _l("这一户指定了别人"),
    checking.NOT_AFTER: _l("不在指定的顺序"),
}
"""With a count of boxes or minutes."""

_BY_HAND = _l("可以照旧用默认顺序，或手工改派。")

SENTENCES = {
    "already_published": Sentence(
        _l("这张送餐单已经发布，路线不再改。"), _l("个别住户请在送餐单里改派。")
    ),
    "hours_wrong": Sentence(_l("时间对不上：先做好，再出发，再回来。"), _l("请核对三个时间。")),
    "no_coordinates": Sentence(
        _l("食堂和楼栋都还没有坐标，排不了路线。"),
        _l("请在四级网格的“坐标”里填几处，有楼栋或小区的就可以。"),
    ),
    "route_plan_discarded": Sentence(_l("这份路线已经放下。"), _l("需要时请重新排一份。")),
    "stop_not_here": Sentence(
        _l("这一户当天不送了，或没有位置。"), _l("请刷新页面，看现在的名单。")
    ),
    "wish_window": Sentence(_l("最晚的时间不比最早的晚。"), _l("请核对两个时间。")),
    "volunteer_not_here": Sentence(_l("这位志愿者当天不来。"), _BY_HAND),
}
