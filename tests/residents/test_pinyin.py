"""How people are found, listed and addressed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.residents.pinyin import query_key, search_keys, sort_key, surname_of, title_of
from canteen.residents.surnames import DOUBLE, READINGS

SURNAMES = {
    **{"曾国藩": "zeng", "仇英": "qiu", "区小红": "ou", "查良镛": "zha", "翟天临": "zhai"},
    **{"覃小梅": "qin", "缪荃孙": "miao", "朴正花": "piao", "盖叫天": "ge", "单田芳": "shan"},
    **{"解晓东": "xie", "任大爷": "ren", "华罗庚": "hua", "长孙无忌": "zhangsun"},
    **{"尉迟恭": "yuchi", "欧阳修": "ouyang", "万俟卨": "moqi", "吕布": "lv", "𠮷野": "ji"},
}


@pytest.mark.parametrize(("name", "surname"), SURNAMES.items())
def test_a_surname_is_sorted_and_found_by_its_own_reading(name, surname):
    assert sort_key(name).split()[0] == surname
    assert any(key.startswith(surname) for key in search_keys(name))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        *[
            ("曾国藩", "zgf"),
            ("曾国藩", "cgf"),
            ("仇慧", "qh"),
            ("翟天临", "ztl"),
            ("查良英", "zly"),
        ],
        *[("覃海燕", "qhy"), ("区振华", "ozh"), ("解晓东", "xxd"), ("朴正花", "pzh")],
        *[("长孙无忌", "zswj"), ("长孙无忌", "cswj"), ("重阳", "chongyang"), ("重阳", "zy")],
        *[("陈奶奶", "chenn"), ("陈奶奶", "cnn"), ("陈奶奶", "奶奶"), ("陈奶奶", "陈")],
        *[("吕布", "lvbu"), ("吕布", "lubu"), ("𠮷野", "jy"), ("𠅤强", "xq"), ("单雄信", "sxx")],
        *[("阿卜杜·热合曼", "abdrhm"), ("阿卜杜·热合曼", "rehe"), ("阿卜杜·热合曼", "热合")],
        *[("José Smith", "jose s"), ("José Smith", "smith"), ("José Smith", "js")],
    ],
)
def test_a_person_is_found_by_what_a_clerk_types(name, typed):
    assert any(key.startswith(query_key(typed)) for key in search_keys(name))


def test_a_person_is_not_found_by_another_name():
    assert not any(key.startswith(("wyy", "wang")) for key in search_keys("陈奶奶"))


@given(st.text(max_size=40))
def test_any_text_has_few_keys_and_none_is_empty(text):
    keys = search_keys(text)
    assert "" not in keys
    assert len(keys) < 41 * 300
    assert all(len(key) <= 80 for key in keys)
    assert len(sort_key(text)) <= 200
    assert len(title_of(text, "female", 82)) == 2


def test_a_name_of_many_readings_does_not_explode():
    assert len(search_keys("重" * 40)) <= 2 * 2 * 64 + 40


def test_names_are_listed_in_the_order_of_their_pinyin():
    names = ["王爷爷", "曾奶奶", "陈奶奶", "区爷爷", "长孙无忌", "张桂英", "Anna Li"]
    assert sorted(names, key=sort_key) == [
        *("Anna Li", "陈奶奶", "区爷爷", "王爷爷", "曾奶奶", "张桂英", "长孙无忌")
    ]


def test_a_sort_key_has_no_tones_and_one_space_between_syllables():
    assert sort_key("欧阳修") == "ouyang xiu"
    assert sort_key("阿卜杜·热合曼") == "abudu re he man"
    assert sort_key("José Smith") == "jose smith"


@pytest.mark.parametrize(
    ("name", "gender", "age", "title"),
    [
        ("陈秀英", "female", 82, ("陈奶奶", "Grandma Chen")),
        ("王建国", "male", 67, ("王爷爷", "Grandpa Wang")),
        ("李红", "female", 60, ("李奶奶", "Grandma Li")),
        ("李红", "female", 59, ("李阿姨", "Auntie Li")),
        ("李强", "male", 59, ("李叔叔", "Uncle Li")),
        ("李强", "male", 39, ("李先生", "Mr Li")),
        ("李红", "female", None, ("李女士", "Ms Li")),
        ("李红", None, 82, ("李老师", "Mr/Ms Li")),
        ("李红", "unknown", 82, ("李老师", "Mr/Ms Li")),
        ("欧阳秀英", "female", 82, ("欧阳奶奶", "Grandma Ouyang")),
        ("司马相如", "male", 82, ("司马爷爷", "Grandpa Sima")),
        ("诸葛亮", "male", 82, ("诸葛爷爷", "Grandpa Zhuge")),
        ("钟离", "male", 82, ("钟爷爷", "Grandpa Zhong")),
        ("曾秀英", "female", 82, ("曾奶奶", "Grandma Zeng")),
        ("吕秀英", "female", 82, ("吕奶奶", "Grandma Lyu")),
        ("𠅤强", "male", 82, ("𠅤爷爷", "Grandpa Xi")),
        ("阿卜杜·热合曼", "male", 82, ("阿卜杜爷爷", "Grandpa Abudu")),
        ("古丽巴哈尔", "female", 82, ("古丽巴哈尔奶奶", "Grandma Gulibahaer")),
        ("José McSmith", "male", 82, ("McSmith爷爷", "Grandpa McSmith")),
    ],
)
def test_people_are_addressed_by_surname_and_title(name, gender, age, title):
    assert title_of(name, gender, age) == title


def test_every_listed_surname_is_what_it_says():
    assert all(surname_of(double + "秀英") == double for double in DOUBLE)
    assert all(reading.isascii() and reading.islower() for reading in READINGS.values())
    assert all(reading.isascii() and reading.islower() for reading in DOUBLE.values())
