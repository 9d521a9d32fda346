"""The words in which people write a few choices, and the codes these become.

The first word of each code is the one a template and an export use.
"""

from collections.abc import Mapping

from canteen.residents import tags
from canteen.residents.models import Mobility, Texture

GENDERS: Mapping[str, tuple[str, ...]] = {
    "female": ("女", "女性", "f", "woman"),
    "male": ("男", "男性", "m", "man"),
    "unknown": ("未知", "不详"),
}
MOBILITIES: Mapping[str, tuple[str, ...]] = {
    Mobility.WALKS: ("行走自如", "正常", "能走", "自理", "walks freely"),
    Mobility.STAIRS_HARD: ("上下楼困难", "行走不便", "腿脚不便", "stairs are hard"),
    Mobility.HOMEBOUND: ("不能出门", "卧床", "不能下楼", "stays at home"),
}
TEXTURES: Mapping[str, tuple[str, ...]] = {
    Texture.NORMAL: ("正常", "普通", "普食"),
    Texture.SOFT: ("软食", "软烂", "软"),
    Texture.PUREED: ("糊状", "打碎", "流食", "半流食"),
}
_TAG_WORDS = {
    "三无": "tekun",
    "特困人员": "tekun",
    "低保户": "dibao",
    "低保边缘户": "dibao_edge",
    "优抚": "veteran_family",
    "优抚对象": "veteran_family",
    "失独": "bereaved_only_child",
    "残疾1-2级": "disabled_1_2",
    "独居老人": "living_alone",
    "空巢老人": "empty_nest",
    "留守老人": "left_behind",
}
_TAGS = {
    word.replace(" ", "").replace("–", "-").casefold(): tag.code
    for tag in tags.TAGS
    for word in (tag.code, tag.zh, tag.en)
} | _TAG_WORDS


def code_of(word: str, words: Mapping[str, tuple[str, ...]]) -> str | None:
    """The code meant by a word or by the code itself; None if nothing is."""
    plain = word.strip().casefold()
    return next((code for code, known in words.items() if plain in (code, *known)), None)


def tag_of(word: str) -> str | None:
    """The tag meant by a word in either language; None if it is no tag."""
    return _TAGS.get(word.replace(" ", "").replace("–", "-").casefold())
