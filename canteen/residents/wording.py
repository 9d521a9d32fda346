"""What people read when what they typed about a person cannot be right."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_CHECK_THE_CARD = _l("请对照身份证原件再输一次。")
_CHECK_THE_DATE = _l("请核对日期，例如 1944-03-01。")
_ANOTHER = _l("需要另一位同事审批。")
_TRANSFER = _l("请有两边权限的人，在他的页面上转到本食堂。")
_DIED_OR_MOVED = _l("请写“去世”或“迁出”。")

SENTENCES = {
    "id_missing": Sentence(_l("没有填身份证号。"), _CHECK_THE_CARD),
    "id_old_form": Sentence(
        _l("这是 15 位的旧身份证号，已停用。"), _l("请填现在使用的 18 位号码。")
    ),
    "id_length": Sentence(_l("身份证号是 %(length)s 位，应为 18 位。"), _CHECK_THE_CARD),
    "id_signs": Sentence(_l("身份证号只能是 17 位数字，加一位数字或 X。"), _CHECK_THE_CARD),
    "id_place": Sentence(_l("身份证号开头的 %(place)s 不是任何省份。"), _CHECK_THE_CARD),
    "id_birthday": Sentence(_l("身份证号里的出生日期 %(birthday)s 不存在。"), _CHECK_THE_CARD),
    "id_future": Sentence(_l("身份证号里的出生日期在今天之后。"), _CHECK_THE_CARD),
    "id_too_old": Sentence(_l("按身份证号，年龄超过 130 岁。"), _CHECK_THE_CARD),
    "id_checksum": Sentence(_l("身份证号的校验位不对，有一位输错了。"), _CHECK_THE_CARD),
    "phone_missing": Sentence(_l("没有填电话。"), _l("请填手机号或带区号的座机。")),
    "phone_mobile_length": Sentence(
        _l("手机号是 %(length)s 位，应为 11 位。"), _l("请核对后再输一次。")
    ),
    "phone_unknown": Sentence(
        _l("“%(value)s”不是电话号码。"),
        _l("手机填 11 位，座机带区号，例如 010-65550000。"),
    ),
    "name_missing": Sentence(_l("没有填姓名。"), _l("请填身份证上的姓名。")),
    "name_too_long": Sentence(
        _l("姓名有 %(length)s 个字，最多 %(limit)s 个。"), _l("请填身份证上的姓名。")
    ),
    "name_sign": Sentence(_l("姓名里不能有“%(sign)s”。"), _l("请只填汉字、字母和间隔号“·”。")),
    "date_missing": Sentence(_l("没有填日期。"), _CHECK_THE_DATE),
    "date_form": Sentence(_l("“%(value)s”看不出是哪一天。"), _CHECK_THE_DATE),
    "date_unreal": Sentence(_l("没有“%(value)s”这一天。"), _CHECK_THE_DATE),
    "birthday_future": Sentence(_l("出生日期 %(birthday)s 在今天之后。"), _CHECK_THE_DATE),
    "birthday_too_old": Sentence(
        _l("按出生日期 %(birthday)s，年龄超过 %(limit)s 岁。"), _CHECK_THE_DATE
    ),
    "birthday_missing": Sentence(
        _l("没有填出生日期。"), _l("请填身份证号或出生日期，例如 1944-03-01。")
    ),
    "birthday_not_id": Sentence(
        _l("出生日期 %(birthday)s 与身份证号不符，身份证号上是 %(expected)s。"),
        _l("请对照身份证改正，或把出生日期留空。"),
    ),
    "gender_not_id": Sentence(_l("性别与身份证号不符。"), _l("请对照身份证改正，或不选性别。")),
    "choice_unknown": Sentence(_l("不认识“%(value)s”。"), _l("请填其中一项：%(known)s。")),
    "diet_unknown": Sentence(
        _l("不认识忌口“%(value)s”。"), _l("请从列表里选，其余的写在忌口说明里。")
    ),
    "text_too_long": Sentence(_l("有 %(length)s 个字，最多 %(limit)s 个。"), _l("请写短一些。")),
    "resident_registered": Sentence(
        _l("这个身份证号已经登记过，没有重复登记。"), _l("请打开已有的登记核对。")
    ),
    "resident_looks_known": Sentence(
        _l("已有同名同生日的人。"),
        _l("请先打开核对；确实不是同一个人，再按“不是同一人，照样登记”。"),
    ),
    "address_missing": Sentence(_l("填了房号，没有填楼栋单元。"), _l("请填如 2-1 或 2栋 1单元。")),
    "unit_unknown": Sentence(
        _l("网格里没有“%(value)s”。"),
        _l("请填如 2-1 或 2栋 1单元；新楼栋请先加到网格里。"),
    ),
    "unit_unclear": Sentence(
        _l("“%(value)s”有 %(count)s 处：%(places)s。"), _l("请加上小区名，从提示里选一处。")
    ),
    "room_missing": Sentence(_l("没有填房号。"), _l("请填如 501。")),
    "room_form": Sentence(_l("“%(value)s”不是房号。"), _l("请只用数字、字母和短横，例如 501。")),
    "tag_unknown": Sentence(_l("没有“%(value)s”这种标签。"), _l("请从列表里选。")),
    "tag_ends_first": Sentence(
        _l("结束日 %(last)s 早于开始日 %(first)s。"), _l("请核对两个日期。")
    ),
    "tag_overlaps": Sentence(
        _l("这个标签在这段时间里已经有了。"), _l("请先结束原来的一条，再加新的。")
    ),
    "tag_before_birth": Sentence(_l("开始日早于出生日期 %(birthday)s。"), _l("请核对开始日。")),
    "tag_gone": Sentence(_l("没有这条标签。"), _l("请刷新页面再看。")),
    "tag_would_grow": Sentence(
        _l("这条标签批准到 %(until)s，一个人不能延长。"), _l("请添加一条新的，等同事审批。")
    ),
    "tag_own": Sentence(_l("这是您自己提的。"), _ANOTHER),
    "tag_not_own": Sentence(_l("这条不是您提的，不能撤回。"), _l("可以在“待审批”里写明原因退回。")),
    "tag_decided": Sentence(_l("这条标签已经审批过了。"), _l("请刷新页面再看。")),
    "tag_decided_by": Sentence(
        _l("%(name)s 已经批准了这条标签。"), _l("要收回，请到这个人的页面上结束它。")
    ),
    "decline_reason_missing": Sentence(
        _l("没有写不批准的原因。"), _l("请写清哪里不对，例如：证件已过期。")
    ),
    "correction_reason_missing": Sentence(
        _l("没有写原因。"), _l("请写清怎么知道的，例如：本人到窗口，派出所证明。")
    ),
    "not_ended": Sentence(_l("这个人在册，没有去向可更正。"), _l("请刷新页面再看。")),
    "resident_registered_elsewhere": Sentence(
        _l("这个身份证号已在另一食堂登记，没有重复登记。"), _TRANSFER
    ),
    "resident_looks_known_elsewhere": Sentence(
        _l("另一食堂有同名同生日的人。"),
        _l("请问清楚；确实不是同一个人，再按“不是同一人，照样登记”。"),
    ),
    "row_elsewhere": Sentence(_l("此人登记在另一食堂，不能从这里改。"), _TRANSFER),
    "recheck_who_missing": Sentence(
        _l("没有身份证号，也没有卡号或电话。"), _l("请至少填一项，卡号、电话可以只填后四位。")
    ),
    "recheck_status_missing": Sentence(_l("没有填是去世还是迁出。"), _DIED_OR_MOVED),
    "recheck_status_unknown": Sentence(_l("看不出“%(value)s”是去世还是迁出。"), _DIED_OR_MOVED),
    "recheck_two_dates": Sentence(
        _l("去世日期和迁出日期都填了。"), _l("请只留一个，或在“情况”里写明。")
    ),
    "recheck_date_elsewhere": Sentence(
        _l("日期和“情况”对不上。"), _l("去世填去世日期，迁出填迁出日期。")
    ),
    "recheck_other_name": Sentence(
        _l("这个身份证号登记的不是这个姓名。"), _l("请对照身份证核对姓名和号码。")
    ),
    "recheck_several": Sentence(_l("有 %(count)s 个人都符合。"), _l("请填身份证号。")),
    "recheck_twice": Sentence(
        _l("和第 %(row)s 行是同一个人，情况或日期不一样。"), _l("请核实后只留一行。")
    ),
    "recheck_has_wrong_rows": Sentence(
        _l("名单里还有错行，什么都没有改。"), _l("请改正后重新上传。")
    ),
    "tail_form": Sentence(_l("“%(value)s”不到四位数字。"), _l("请填后四位或整个号码。")),
    "withdraw_elsewhere": Sentence(_l("有的餐是在%(site)s吃的。"), _l("请那边的负责人撤回。")),
    "evidence_missing": Sentence(
        _l("没有填证明。"), _l("请写证件名称、编号和发证单位，例如：低保证 2026-031，区民政局。")
    ),
    "ended_future": Sentence(_l("日期 %(day)s 在今天之后。"), _l("请填已经发生的日期。")),
    "ended_before_birth": Sentence(_l("日期早于出生日期 %(birthday)s。"), _l("请核对日期。")),
    "reason_missing": Sentence(_l("没有写原因。"), _l("请写清为什么要看完整号码。")),
    "id_not_kept": Sentence(_l("这个人没有登记身份证号。"), _l("需要时请先补登。")),
    "node_name_missing": Sentence(_l("没有填名称。"), _l("请填如 2栋、1单元。")),
    "node_name_too_long": Sentence(
        _l("名称有 %(length)s 个字，最多 %(limit)s 个。"), _l("请写短一些。")
    ),
    "node_name_sign": Sentence(_l("名称里不能有“%(sign)s”。"), _l("请只用文字和数字。")),
    "node_taken": Sentence(_l("这里已有同名的一处。"), _l("请换一个名称，或直接用原来的。")),
    "node_not_empty": Sentence(_l("下面还有楼栋、单元或住户，不能删。"), _l("请先移走下面的。")),
    "coordinates_unreadable": Sentence(
        _l("看不懂坐标“%(value)s”。"), _l("请填两个数，例如 104.0648, 30.6586。")
    ),
    "coordinates_impossible": Sentence(
        _l("坐标“%(value)s”不在国内：纬度 3 到 54，经度 73 到 136。"),
        _l("请核对有没有漏了数字。"),
    ),
    "coordinates_at_sea": Sentence(_l("坐标“%(value)s”落在海里或国外。"), _l("请核对经度和纬度。")),
    "coordinates_mixed": Sentence(
        _l("这一处离同小区的其他楼 %(metres)s 米，换一种地图来读正好对上。"),
        _l("请核对“从哪里抄的”。"),
    ),
    "coordinates_far": Sentence(
        _l("这一处离最近的已知位置有 %(km)s 公里。"), _l("请核对坐标，是不是抄错了一位。")
    ),
    "place_not_in_grid": Sentence(
        _l("四级网格里没有“%(value)s”。"), _l("请写小区和楼栋，例如 金牛小区 2栋。")
    ),
    "place_not_clear": Sentence(_l("“%(value)s”有 %(count)s 处。"), _l("请把小区名也写上。")),
    "nothing_pasted": Sentence(_l("没有填内容。"), _l("请一行写一处：名称，经度，纬度。")),
    "too_many_lines": Sentence(_l("超过 %(limit)s 行。"), _l("请分几次贴。")),
    "nothing_below": Sentence(_l("单元下面是住户，不能再加网格。"), _l("请在居民登记里填房号。")),
    "numbers_range": Sentence(
        _l("从 %(first)s 到 %(last)s 不行。"), _l("请从小到大填，一次最多 %(limit)s 个。")
    ),
    "row_repeats": Sentence(
        _l("和第 %(row)s 行是同一个人。"), _l("每人只留一行；几个标签写在一格里，用顿号隔开。")
    ),
    "address_incomplete": Sentence(
        _l("住址不全。"),
        _l("从社区到房号五格都填，或都不填；合并的格子先拆开，每行填。"),
    ),
    "tag_start_missing": Sentence(
        _l("有标签，没有填标签起。"), _l("请填从哪天起，例如 2026-01-01。")
    ),
    "import_has_wrong_rows": Sentence(
        _l("表格里还有错行，什么都没有导入。"), _l("请改正后重新上传。")
    ),
    "export_too_many": Sentence(
        _l("超过 %(limit)s 人，一个文件放不下。"), _l("请从四级网格里按小区或楼栋导出。")
    ),
}
"""Sentences by refusal code."""
