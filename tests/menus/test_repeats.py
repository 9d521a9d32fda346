"""A dish once a week, exempt kinds by their windows."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from canteen.menus.repeats import PlacedDish, find_repeats, near_duplicates

MONDAY = date(2026, 11, 23)


def placed(day: date | int, name: str, category: str = "half_meat", **facts: object) -> PlacedDish:
    return PlacedDish(day=day, name=name, category=category, **facts)  # type: ignore[arg-type]


def test_a_dish_on_two_days_is_a_repeat_with_both_days() -> None:
    (repeat,) = find_repeats(
        [placed(0, "西红柿炒蛋"), placed(1, "青椒肉丝"), placed(3, "番茄炒鸡蛋")]
    )
    assert repeat.days == (0, 3)
    assert repeat.names == ("西红柿炒蛋", "番茄炒鸡蛋")


def test_lunch_and_dinner_of_one_day_count_as_well() -> None:
    (repeat,) = find_repeats(
        [placed(2, "红烧肉", period="dinner"), placed(2, "红烧肉", period="lunch")]
    )
    assert repeat.days == (2,)
    assert len(repeat.places) == 2


def test_a_soup_and_a_dish_of_the_same_foods_are_no_repeat() -> None:
    assert find_repeats([placed(0, "番茄蛋汤", "soup"), placed(1, "番茄炒蛋")]) == []


def test_a_soup_with_a_name_of_its_own_is_a_dish() -> None:
    assert (
        len(find_repeats([placed(0, "冬瓜排骨汤", "soup"), placed(4, "冬瓜小排汤", "soup")])) == 1
    )
    assert find_repeats([placed(0, "例汤", "plain_soup"), placed(1, "例汤", "plain_soup")]) == []


def test_rice_milk_and_fruit_stand_every_day() -> None:
    week = [placed(day, "米饭", "staple") for day in range(7)]
    week += [placed(day, "牛奶", "drink") for day in range(7)]
    week += [placed(day, "香蕉", "fruit") for day in range(7)]
    assert find_repeats(week) == []


def test_without_exemptions_rice_is_a_repeat_too() -> None:
    (repeat,) = find_repeats(
        [placed(0, "米饭", "staple"), placed(2, "粳米饭", "staple")], windows={}
    )
    assert repeat.days == (0, 2)


def test_a_window_says_how_soon_an_exempt_dish_may_return() -> None:
    fruit = [placed(0, "苹果", "fruit"), placed(2, "苹果", "fruit")]
    assert find_repeats(fruit, windows={"fruit": 2}) == []
    assert find_repeats(fruit, windows={"fruit": 3})[0].days == (0, 2)


def test_a_window_of_one_day_is_once_a_day() -> None:
    twice = [placed(0, "苹果", "fruit"), placed(0, "苹果", "fruit")]
    assert len(find_repeats(twice, windows={"fruit": 1})) == 1
    assert find_repeats(twice, windows={"fruit": 0}) == []


def test_a_window_reaches_over_the_end_of_the_week() -> None:
    sunday_and_monday = [
        placed(date(2026, 11, 29), "苹果", "fruit"),
        placed(date(2026, 11, 30), "苹果", "fruit"),
    ]
    assert len(find_repeats(sunday_and_monday, windows={"fruit": 3})) == 1


def test_next_week_the_dish_may_stand_again() -> None:
    assert find_repeats([placed(MONDAY, "红烧肉"), placed(date(2026, 11, 30), "红烧肉")]) == []
    assert len(find_repeats([placed(MONDAY, "红烧肉"), placed(date(2026, 11, 29), "红烧肉")])) == 1
    assert find_repeats([placed(0, "红烧肉"), placed(7, "红烧肉")]) == []


def test_one_row_of_the_library_is_one_dish_whatever_it_is_called() -> None:
    (repeat,) = find_repeats(
        [placed(0, "外婆红烧肉", dish_id=7), placed(1, "红烧肉", dish_id=7), placed(2, "红烧肉")]
    )
    assert repeat.days == (0, 1, 2)


def test_the_strictest_of_two_categories_holds() -> None:
    assert len(find_repeats([placed(0, "馒头", "staple"), placed(1, "馒头", "snack")])) == 1


def test_dishes_of_one_main_food_cooked_one_way_are_a_warning() -> None:
    (warning,) = near_duplicates(
        [placed(0, "莴苣炒蛋"), placed(2, "杏鲍菇炒蛋"), placed(3, "红烧鱼")]
    )
    assert warning.main_ingredient == "蛋"
    assert warning.method == "stir_fried"
    assert [place.day for place in warning.places] == [0, 2]


def test_what_the_recipe_says_goes_before_the_name() -> None:
    week = [
        placed(0, "莴苣炒蛋", main_ingredient="莴笋", method="stir_fried"),
        placed(2, "杏鲍菇炒蛋", main_ingredient="杏鲍菇", method="stir_fried"),
    ]
    assert near_duplicates(week) == []


def test_the_same_dish_twice_is_a_repeat_and_no_warning() -> None:
    assert near_duplicates([placed(0, "番茄炒蛋"), placed(1, "西红柿炒鸡蛋")]) == []


def test_ways_of_cooking_that_people_call_the_same_are_one() -> None:
    (near,) = near_duplicates([placed(0, "红烧茄子"), placed(3, "烧茄子")])
    assert (near.main_ingredient, near.method) == ("茄子", "braised")
    assert near_duplicates([placed(0, "爆炒猪肝"), placed(3, "尖椒炒猪肝")])


def test_another_week_or_another_method_is_no_warning() -> None:
    assert near_duplicates([placed(0, "莴苣炒蛋"), placed(7, "杏鲍菇炒蛋")]) == []
    assert near_duplicates([placed(0, "红烧茄子"), placed(1, "油焖茄子")]) == []


dishes = st.builds(
    PlacedDish,
    day=st.integers(0, 13),
    name=st.sampled_from(["番茄炒蛋", "西红柿炒鸡蛋", "红烧肉", "冬瓜汤", "土豆牛肉", "牛肉土豆"]),
    category=st.just("main_meat"),
    dish_id=st.none() | st.integers(1, 4),
)


@given(st.lists(dishes, max_size=12))
def test_a_week_has_a_repeat_exactly_if_two_of_its_dishes_are_the_same(
    week: list[PlacedDish],
) -> None:
    # An independent count: join places by name and row until nothing changes.
    same = {i: i for i in range(len(week))}
    names = {"西红柿炒鸡蛋": "番茄炒蛋", "牛肉土豆": "土豆牛肉"}
    for _ in week:
        for i, one in enumerate(week):
            for j, other in enumerate(week):
                named = names.get(one.name, one.name) == names.get(other.name, other.name)
                rowed = one.dish_id is not None and one.dish_id == other.dish_id
                if named or rowed:
                    same[i] = same[j] = min(same[i], same[j])
    places: dict[tuple[int, int], int] = {}
    for i, one in enumerate(week):
        key = (same[i], int(one.day) // 7)  # type: ignore[arg-type]
        places[key] = places.get(key, 0) + 1
    expected = sorted(count for count in places.values() if count > 1)
    assert sorted(len(repeat.places) for repeat in find_repeats(week)) == expected
