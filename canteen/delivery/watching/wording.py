"""The words of the ladder: steps, results, endings, refusals."""

from flask_babel import lazy_gettext as _l

from canteen.delivery.watching.rules import Cause, EndingKind, Standing, StepKind, StepResult
from canteen.foundation.wording import Sentence

STEPS = {
    StepKind.SECOND_KNOCK: _l("再去敲一次门"),
    StepKind.PHONE: _l("打本人电话"),
    StepKind.NEIGHBOUR: _l("问邻居"),
    StepKind.LEADER: _l("找单元长、楼长"),
    StepKind.CONTACT: _l("打紧急联系人"),
    StepKind.OFFICE: _l("报社区"),
    StepKind.EMERGENCY: _l("报 110、120"),
    StepKind.OTHER: _l("找这个人"),
}

RESULTS = {
    StepResult.FOUND: _l("人没事"),
    StepResult.NOTHING: _l("还没找到人"),
    StepResult.TROUBLE: _l("人有事，要急救"),
}

ENDINGS = {
    EndingKind.WELL_AT_HOME: _l("在家，平安"),
    EndingKind.AWAY_SAFE: _l("外出，平安"),
    EndingKind.IN_HOSPITAL: _l("原来在住院"),
    EndingKind.TAKEN_TO_HOSPITAL: _l("已送医院"),
    EndingKind.MOVED: _l("已经搬走了"),
    EndingKind.DIED: _l("去世了"),
    EndingKind.MISTAKE: _l("记错了，没有这回事"),
    EndingKind.OTHER: _l("其他结果"),
}

CAUSES = {Cause.DOOR: _l("敲门没人应"), Cause.MISSED: _l("好几天没来吃饭")}

STANDINGS = {
    Standing.DONE: _l("做了"),
    Standing.WAITING: _l("还没轮到"),
    Standing.DUE: _l("该做了"),
    Standing.LATE: _l("超时"),
    Standing.RESTING: _l("不用做了"),
}

_SEE_NOW = _l("请看现在的记录，再决定下一步。")

SENTENCES = {
    "alarm_gone": Sentence(_l("没有这一条告警。"), _l("请回到看板，看现在在找谁。")),
    "alarm_over": Sentence(_l("这条告警已有人写了结果。"), _SEE_NOW),
    "step_done": Sentence(_l("这一步刚才已有人做了。"), _SEE_NOW),
    "ending_note_missing": Sentence(_l("这个结果要写一句说明。"), _l("请写清楚是怎么回事。")),
    "ending_day_missing": Sentence(_l("住院要写到哪天不送。"), _l("不知道就先写一周，出院再改。")),
    "ending_day_over": Sentence(_l("%(day)s 已经过去。"), _l("请写今天或以后的日期。")),
    "ladder_empty": Sentence(_l("至少要有一步。"), _l("请选一步，再写几分钟。")),
    "ladder_long": Sentence(_l("最多 %(most)s 步。"), _l("请合并几步，或删掉几步。")),
    "ladder_minutes": Sentence(
        _l("第 %(place)s 步的分钟数不对。"), _l("请填 1 到 %(most)s 的整数。")
    ),
    "diner_not_missing": Sentence(_l("这位老人现在不算缺餐。"), _l("可能刚来吃过饭，请刷新看板。")),
    "watch_elsewhere": Sentence(_l("这位老人登记在别的食堂。"), _l("请由登记的食堂来设守护。")),
}
