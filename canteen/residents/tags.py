"""Every tag a resident can carry, named once.

A tag is a fact about a person that an office has confirmed for a stretch of time:
hardship, care need, household. Which tags a person has on a day is remembered by the
residents' room; what a tag is worth is said by the subsidy policies. Here is only the
list: a code that is stored, and its name in both languages. Nothing is imported beyond
the standard library, so that rules of any room may read it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tag:
    """One kind of tag. `code` is stored and never changes; `group` sorts the form."""

    code: str
    zh: str
    en: str
    group: str


GROUPS: tuple[tuple[str, str, str], ...] = (
    ("hardship", "生活困难", "Hardship"),
    ("honour", "优抚", "Honoured families"),
    ("family", "计生特殊家庭", "Families that lost their only child"),
    ("care", "照护需要", "Care need"),
    ("household", "居住状况", "Household"),
    ("age", "高龄", "Great age"),
    ("service", "服务对象", "On a service list"),
)
"""Groups in the order a form shows them: code, Chinese, English."""

TAGS: tuple[Tag, ...] = (
    Tag("tekun", "特困", "destitute (tekun)", "hardship"),
    Tag("dibao", "低保", "minimum allowance", "hardship"),
    Tag("dibao_edge", "低保边缘", "near minimum allowance", "hardship"),
    Tag("low_income", "低收入", "low income", "hardship"),
    Tag("veteran_family", "优抚（三属五老）", "veterans and martyrs' families", "honour"),
    Tag("bereaved_only_child", "失独（计生特殊）", "lost an only child", "family"),
    Tag("disabled_only_child", "残独（独生子女残疾）", "only child disabled", "family"),
    Tag("care_mild", "轻度失能", "mild care need", "care"),
    Tag("care_moderate", "中度失能", "moderate care need", "care"),
    Tag("care_severe", "重度失能", "severe care need", "care"),
    Tag("care_grade_1", "照护 1 级", "care grade 1", "care"),
    Tag("care_grade_2", "照护 2 级", "care grade 2", "care"),
    Tag("care_grade_3", "照护 3 级", "care grade 3", "care"),
    Tag("care_grade_4", "照护 4 级", "care grade 4", "care"),
    Tag("care_grade_5", "照护 5 级", "care grade 5", "care"),
    Tag("care_grade_6", "照护 6 级", "care grade 6", "care"),
    Tag("disabled_1_2", "残疾 1–2 级", "disability grade 1 or 2", "care"),
    Tag("living_alone", "独居", "living alone", "household"),
    Tag("empty_nest", "空巢", "empty nest", "household"),
    Tag("left_behind", "留守", "left behind", "household"),
    Tag("very_old", "高龄", "very old", "age"),
    Tag("centenarian", "百岁", "centenarian", "age"),
    Tag("visited", "探访对象", "on the visiting list", "service"),
    Tag("basic_service", "基本养老服务对象", "entitled to basic elder services", "service"),
)

BY_CODE: dict[str, Tag] = {tag.code: tag for tag in TAGS}
"""The same tags by their code. 三无 is counted as 特困, as the law does since 2016."""

HARDSHIP: frozenset[str] = frozenset(tag.code for tag in TAGS if tag.group == "hardship")
"""Codes that put a household on the hardship register."""


def name_of(code: str) -> tuple[str, str]:
    """A tag's name as (Chinese, English); KeyError for a code that is no tag."""
    tag = BY_CODE[code]
    return tag.zh, tag.en
