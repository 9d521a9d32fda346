"""When two names mean one dish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.menus.names import canonical_name, is_same_dish
from canteen.menus.vocabulary import FOOD_WORDS, WHOLE_NAMES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("西红柿炒蛋", "番茄炒鸡蛋"),
        ("番茄炒蛋", "番茄鸡蛋"),
        ("西红柿蛋汤", "番茄蛋花汤"),
        ("西红柿炖牛腩", "番茄牛腩"),
        ("土豆牛肉", "马铃薯烧牛肉"),
        ("土豆牛肉", "牛肉炖洋芋"),
        ("炒卷心菜", "清炒包菜"),
        ("炒圆白菜", "炒卷心菜"),
        ("山芋", "蒸红薯"),
        ("地瓜叶", "红薯叶"),
        ("白米饭", "粳米饭"),
        ("米饭", "白米饭（大份）"),
        ("小米米饭", "小米饭"),
        ("大米粥", "白粥"),
        ("青菜香菇", "香菇青菜"),
        ("上海青炒香菇", "青菜香菇"),
        ("青椒炒肉丝", "青椒肉丝"),
        ("萝卜小排汤", "萝卜排骨汤"),
        ("肉糜炖蛋", "肉末蒸蛋"),
        ("百叶结烧肉", "千张结烧肉"),
        ("红烧翅中", "红烧鸡翅"),
        ("莴苣炒蛋", "莴笋炒鸡蛋"),
        ("瘦肉青菜云吞", "青菜瘦肉馄饨"),
        ("水煮玉米棒", "玉米"),
        ("五花肉丝瓜", "丝瓜五花肉"),
        ("开洋白菜", "开洋炒白菜"),
        ("豆腐皮蛋汤", "皮蛋豆腐汤"),
        ("茄子排骨", "排骨烧茄子"),
        ("爆炒猪肝洋葱", "洋葱炒猪肝"),
        ("红烧肉", "红 烧 肉"),
        ("红烧肉", "【招牌】红烧肉(软)"),
        ("红烧肉", "大份红烧肉"),
        ("红烧肉", "红烧肉 12元/份"),
        ("红烧肉", "1. 红烧肉"),
        ("红烧肉", "红烧肉★"),
        ("Ｔ骨牛排", "t骨牛排"),
        ("番茄炒鸡子", "西红柿炒鸡蛋"),
        ("鸡子羹", "蒸蛋"),
        ("清蒸鲈鱼", "蒸鲈鱼"),
        ("洋葱炒牛肉", "牛肉炒圆葱"),
        ("玉米排骨汤", "苞米排骨汤"),
        ("西葫芦炒蛋", "角瓜炒鸡蛋"),
        ("梅菜扣肉", "霉干菜扣肉"),
        ("蒜泥西兰花", "蒜蓉西蓝花"),
        ("木须肉", "木樨肉"),
    ],
)
def test_two_names_of_one_dish_are_equal(one: str, other: str) -> None:
    assert canonical_name(one) == canonical_name(other)
    assert is_same_dish(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("番茄蛋汤", "番茄炒蛋"),
        ("番茄蛋汤", "番茄豆腐汤"),
        ("番茄炒蛋", "圣女果炒蛋"),
        ("土豆炒牛肉", "土豆炖牛肉"),
        ("红烧排骨", "糖醋排骨"),
        ("红烧大排", "红烧排骨"),
        ("炒卷心菜", "糖醋包菜丝"),
        ("手撕包菜", "炒包菜"),
        ("紫包菜", "包菜"),
        ("小米饭", "米饭"),
        ("小米粥", "白粥"),
        ("紫薯", "红薯"),
        ("红薯", "红薯叶"),
        ("牛百叶", "百叶"),
        ("油菜花", "花菜"),
        ("黄豆芽", "绿豆芽"),
        ("毛豆烧肉", "毛豆烧鸡块"),
        ("水面筋", "油面筋"),
        ("鸭蛋", "鸡蛋"),
        ("清蒸鲈鱼", "红烧鲈鱼"),
        ("菜饭", "米饭"),
        ("藕粉", "莲藕"),
        ("皮蛋豆腐", "千张炒蛋"),
        ("开洋白菜", "圆白菜"),
        ("茄子排骨", "排骨"),
        ("辣子鸡", "辣蛋"),
        ("烧鸡子姜", "烧蛋姜"),
        ("清蒸鲈鱼", "葱油鲈鱼"),
    ],
)
def test_different_dishes_stay_different(one: str, other: str) -> None:
    assert canonical_name(one) != canonical_name(other)


@pytest.mark.parametrize("name", ["", "   ", "（）", "★★", "--"])
def test_what_holds_no_word_is_no_dish(name: str) -> None:
    assert canonical_name(name) == ""
    assert not is_same_dish(name, name)


@pytest.mark.parametrize("name", ["小份", "（红烧肉", "红烧肉）", "𠅤𠮷鱼", "饭"])
def test_an_odd_name_is_still_a_name(name: str) -> None:
    assert canonical_name(name)


PIECES = [
    "西红柿",
    "包菜",
    "小排骨",
    "水",
    "蛋羹",
    "鸡蛋",
    "炒",
    "清炒",
    "烧",
    "炖",
    "清蒸",
    "红烧",
    "汤",
    "粥",
    "（大份）",
    "大份",
    "6元",
    "、",
]
words = st.sampled_from([*sorted(FOOD_WORDS | WHOLE_NAMES.keys()), *PIECES, " "])


@given(st.lists(words, max_size=6).map("".join))
def test_bringing_a_name_to_its_form_twice_changes_nothing(name: str) -> None:
    assert canonical_name(canonical_name(name)) == canonical_name(name)


@given(st.text(max_size=60))
def test_no_text_breaks_it(name: str) -> None:
    assert isinstance(canonical_name(name), str)


@given(
    st.lists(st.sampled_from(sorted(FOOD_WORDS)), min_size=1, max_size=3).map("".join),
    st.sampled_from(["（大份）", "(少油)", "【新】", "  ", "★", " 6元", " 6.5元/份"]),
)
def test_notes_and_prices_never_make_another_dish(name: str, note: str) -> None:
    assert canonical_name(name + note) == canonical_name(name)


@pytest.mark.parametrize(
    "name", ["鸡肉" * 20 + "某", "鸡" * 3000, "（" * 500, "1." * 400, "炒" * 900]
)
def test_a_long_or_nasty_name_takes_no_time(name: str) -> None:
    assert canonical_name(canonical_name(name)) == canonical_name(name)
