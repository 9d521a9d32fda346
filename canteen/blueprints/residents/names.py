"""What the room's codes are called on a page, in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _l

from canteen.blueprints.filters import is_english
from canteen.residents import diets, tags
from canteen.residents.models import Level, Mobility, Status, Texture

LEVELS = {
    Level.COMMUNITY: _l("社区"),
    Level.COMPOUND: _l("小区"),
    Level.BUILDING: _l("楼栋"),
    Level.UNIT: _l("单元"),
}
GENDERS = {"female": _l("女"), "male": _l("男"), "unknown": _l("未填")}
STATUSES = {
    Status.ACTIVE: _l("在册"),
    Status.MOVED: _l("已迁出"),
    Status.DECEASED: _l("已故"),
}
MOBILITIES = {
    Mobility.WALKS: _l("行走自如"),
    Mobility.STAIRS_HARD: _l("上下楼困难"),
    Mobility.HOMEBOUND: _l("不能出门"),
}
TEXTURES = {
    Texture.NORMAL: _l("普通"),
    Texture.SOFT: _l("软食"),
    Texture.PUREED: _l("糊状"),
}
VALIDITIES = {
    "proposed": _l("待审批"),
    "declined": _l("没有批准"),
    "coming": _l("未开始"),
    "valid": _l("有效"),
    "expiring": _l("快到期"),
    "ended": _l("已结束"),
}
FIELDS = {
    "name": _l("姓名"),
    "id_number": _l("身份证号"),
    "birthday": _l("出生日期"),
    "gender": _l("性别"),
    "phone": _l("电话"),
    "community": _l("社区"),
    "compound": _l("小区"),
    "building": _l("楼栋"),
    "unit": _l("单元"),
    "room": _l("房号"),
    "hukou_city": _l("户籍市"),
    "hukou_district": _l("户籍区县"),
    "hukou_town": _l("户籍街道"),
    "tags": _l("标签"),
    "evidence": _l("标签证明"),
    "valid_from": _l("标签起"),
    "valid_until": _l("标签止"),
    "diets": _l("忌口"),
    "texture": _l("质地"),
    "mobility": _l("行动"),
    "contact_name": _l("紧急联系人"),
    "contact_relation": _l("关系"),
    "contact_phone": _l("联系电话"),
    "row": _l("整行"),
    "card": _l("卡号"),
    "status": _l("情况"),
    "date": _l("日期"),
    "died_on": _l("去世日期"),
    "moved_on": _l("迁出日期"),
}


def of_tag(code: str) -> str:
    """A tag in the reader's language."""
    return tags.name_of(code)[is_english()] if code in tags.BY_CODE else code


def of_diet(code: str) -> str:
    """A diet in the reader's language."""
    return diets.name_of(code)[is_english()] if code in diets.BY_CODE else code


def of_diets(stored: str) -> list[str]:
    """The diets of a person in the reader's language."""
    return [of_diet(code) for code in diets.split(stored)]


def for_templates() -> dict[str, Any]:
    """All of it under short names."""
    return {
        "level_names": LEVELS,
        "gender_names": GENDERS,
        "status_names": STATUSES,
        "mobility_names": MOBILITIES,
        "texture_names": TEXTURES,
        "validity_names": VALIDITIES,
        "field_names": FIELDS,
        "tag_name": of_tag,
        "diets_of": of_diets,
    }
