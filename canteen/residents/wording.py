"""What people read when what they typed about a person cannot be right."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_CHECK_THE_CARD = _l("请对照身份证原件再输一次。")
_CHECK_THE_DATE = _l("请核对日期，例如 1944-03-01。")

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
}
"""Sentences by refusal code."""
