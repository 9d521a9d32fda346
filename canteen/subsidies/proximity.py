"""What an author may have meant: the known word nearest to an unknown one."""

from collections.abc import Collection
from difflib import get_close_matches

from canteen.residents.tags import TAGS

_BY_NAME = {tag.zh: tag.code for tag in TAGS} | {"三无": "tekun", "百岁老人": "centenarian"}
_BY_NAME |= {"低边": "dibao_edge", "优抚": "veteran_family", "失独": "bereaved_only_child"}
_BY_NAME |= {
    "早餐": "breakfast",
    "午餐": "lunch",
    "晚餐": "dinner",
    "堂食": "dine_in",
    "外带": "takeaway",
    "送餐": "delivery",
    "市": "city",
    "区": "district",
    "镇": "town",
    "街道": "town",
    "市级": "city",
    "区级": "district",
    "镇级": "town",
    "食堂": "operator",
    "慈善": "charity",
}
_HABITS = {"veteran": "veteran_family", "disabled": "disabled_1_2", "low_income_edge": "dibao_edge"}


def nearest(word: object, known: Collection[str]) -> str | None:
    """The known word somebody meant by `word`, by its Chinese name or by its spelling."""
    if not isinstance(word, str) or word in known:
        return None
    meant = _BY_NAME.get(word.strip()) or _HABITS.get(word)
    if meant in known:
        return meant
    close = get_close_matches(word.strip().lower().replace("-", "_"), known, n=1, cutoff=0.72)
    return close[0] if close else None


def hint(word: object, known: Collection[str]) -> tuple[str, str]:
    """``；是不是 lunch？`` to hang on a sentence, in both languages; empty if nothing is near."""
    meant = nearest(word, known)
    return (f"；是不是 {meant}？", f"; did you mean {meant}?") if meant else ("", "")
