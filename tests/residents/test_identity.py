"""What people write about a person, and what it means."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.foundation.wording import Refusal
from canteen.residents.identity import (
    IdNumber,
    check_birthday,
    check_id_number,
    check_name,
    check_phone,
    check_sign,
    last4,
    mask_phone,
    parse_date,
)

TODAY = date(2026, 11, 22)


def id_number(first17):
    return first17 + check_sign(first17)


CHEN = id_number("11010119440301002")


def code(found):
    assert isinstance(found, Refusal), found
    return found.code


def check(text):
    return check_id_number(text, today=TODAY)


# --- ID numbers


def test_the_worked_example_of_the_standard_has_its_check_sign():
    assert check_sign("11010519491231002") == "X"
    assert check_sign("44052418800101001") == "4"


def test_an_id_number_tells_birthday_and_gender():
    assert check(CHEN) == IdNumber(CHEN, date(1944, 3, 1), "female")
    assert check(id_number("11010119590720001")).gender == "male"
    assert check(CHEN).last4 == last4(CHEN) == CHEN[-4:]


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
    ],
)
def test_an_id_number_is_read_however_it_is_typed(text):
    assert check(text).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "id_missing"),
        ("　", "id_missing"),
        ("110105491231002", "id_old_form"),
        ("1101051949123100", "id_length"),
        ("11010519491231002XX", "id_length"),
        ("11010519491231O02X", "id_signs"),
        ("X10105194912310021", "id_signs"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "id_signs"),
        (id_number("99010519491231002"), None),
        (id_number("00010519491231002"), "id_place"),
        (id_number("11010519440230002"), "id_birthday"),
        (id_number("11010520270101002"), "id_future"),
        (id_number("11010518800101002"), "id_too_old"),
        ("110105194912310021", "id_checksum"),
    ],
)
def test_a_wrong_id_number_is_refused_by_what_is_wrong(text, expected):
    found = check(text)
    assert (found.code if isinstance(found, Refusal) else None) == expected


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place, step):
    digit = str((int(CHEN[place]) + step) % 10)
    assert isinstance(check(CHEN[:place] + digit + CHEN[place + 1 :]), Refusal)


@given(st.integers(0, 16))
def test_two_swapped_digits_are_always_noticed(place):
    swapped = CHEN[:place] + CHEN[place + 1] + CHEN[place] + CHEN[place + 2 :]
    assert swapped == CHEN or isinstance(check(swapped), Refusal)


@given(st.text(max_size=20))
def test_no_refusal_and_no_repr_carries_an_id_number(text):
    for found in (check(text), check(CHEN[:17] + text)):
        assert CHEN not in repr(found)


# --- Telephones


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 13800000000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("010-65550000", "010-65550000"),
        ("(010) 65550000", "010-65550000"),
        ("01065550000", "010-65550000"),
        ("021 65550000", "021-65550000"),
        ("0374-2165000", "0374-2165000"),
        ("65550000", "65550000"),
        ("8655000", "8655000"),
    ],
)
def test_a_telephone_number_gets_one_form(text, phone):
    assert check_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "phone_missing"),
        ("1380000000", "phone_mobile_length"),
        ("138000000000", "phone_mobile_length"),
        ("12345", "phone_unknown"),
        ("01012345678", "phone_unknown"),
        ("没有", "phone_unknown"),
        ("0374", "phone_unknown"),
    ],
)
def test_what_is_no_telephone_number_is_refused(text, expected):
    assert code(check_phone(text)) == expected


def test_a_masked_phone_cannot_be_dialled():
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("010-65550000") == "*******0000"
    assert mask_phone("65550000") == "****0000"
    assert mask_phone("120") == "***"
    assert mask_phone("") == ""


# --- Names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("陈奶奶", "陈奶奶"),
        (" 王　五 ", "王五"),
        ("𠅤", "𠅤"),
        ("\U00031350\U000323af", "\U00031350\U000323af"),
        ("〇", "〇"),
        ("张〇", "张〇"),
        ("阿卜杜·热合曼", "阿卜杜·热合曼"),
        ("阿卜杜•热合曼", "阿卜杜·热合曼"),
        ("阿卜杜・热合曼", "阿卜杜·热合曼"),
        ("阿卜杜 ‧ 热合曼", "阿卜杜·热合曼"),
        ("阿卜杜.热合曼", "阿卜杜·热合曼"),
        ("阿卜杜．热合曼", "阿卜杜·热合曼"),
        ("José  O'Neill-Smith", "José O'Neill-Smith"),
        ("Jose\u0301", "José"),
        ("Ｊ．Smith", "J.Smith"),
        ("ئالىم", "ئالىم"),
        ("\u2f29\u2f2d", "小山"),
        ("陈" * 40, "陈" * 40),
    ],
)
def test_a_name_gets_one_form(text, name):
    assert check_name(text) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Refusal("name_missing")),
        ("　 ", Refusal("name_missing")),
        ("陈" * 41, Refusal("name_too_long", {"length": 41, "limit": 40})),
        ("陈奶奶👵", Refusal("name_sign", {"sign": "👵"})),
        ("陈❤️", Refusal("name_sign", {"sign": "❤"})),
        ("陈\x00", Refusal("name_sign", {"sign": "U+0000"})),
        ("陈\n王", Refusal("name_sign", {"sign": "U+000A"})),
        ("陈\u202e王", Refusal("name_sign", {"sign": "U+202E"})),
        ("陈1", Refusal("name_sign", {"sign": "1"})),
        ("=陈", Refusal("name_sign", {"sign": "="})),
        ("<b>", Refusal("name_sign", {"sign": "<"})),
        ("·陈", Refusal("name_sign", {"sign": "·"})),
        ("\u0301陈", Refusal("name_sign", {"sign": "\u0301"})),
        ("-", Refusal("name_sign", {"sign": "-"})),
    ],
)
def test_what_is_no_name_is_refused(text, expected):
    assert check_name(text) == expected


@given(st.text(max_size=45))
def test_a_name_that_was_taken_is_taken_again_unchanged(text):
    name = check_name(text)
    assert isinstance(name, Refusal) or check_name(name) == name


# --- Dates


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "2026年11月22日",
        "2026 年 11 月 22 日",
        "２０２６－１１－２２",
        "20261122",
        " 2026-11-22 00:00:00 ",
        20261122,
        20261122.0,
        46348,
        46348.5,
        date(2026, 11, 22),
        datetime.combine(date(2026, 11, 22), datetime.min.time()),
    ],
)
def test_a_date_is_read_however_it_is_written(value):
    assert parse_date(value) == TODAY


def test_single_digits_are_dates_too():
    assert parse_date("1944-3-1") == parse_date("1944年3月1号") == date(1944, 3, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", Refusal("date_missing")),
        (None, Refusal("date_missing")),
        ("2026-02-30", Refusal("date_unreal", {"value": "2026-02-30"})),
        ("2026年2月30日", Refusal("date_unreal", {"value": "2026年2月30日"})),
        (20260230, Refusal("date_unreal", {"value": "20260230"})),
        ("2026-13-01", Refusal("date_unreal", {"value": "2026-13-01"})),
        ("22/11/2026", Refusal("date_form", {"value": "22/11/2026"})),
        ("明天", Refusal("date_form", {"value": "明天"})),
        (-1, Refusal("date_form", {"value": "-1"})),
        (0, Refusal("date_form", {"value": "0"})),
        (float("nan"), Refusal("date_form", {"value": "nan"})),
        (10**30, Refusal("date_form", {"value": str(10**30)[:20]})),
        (True, Refusal("date_form", {"value": "True"})),
    ],
)
def test_what_is_no_date_is_refused_by_name(value, expected):
    assert parse_date(value) == expected


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)))
def test_excel_and_people_mean_the_same_day(day):
    assert parse_date((day - date(1899, 12, 30)).days) == day
    assert parse_date(f"{day:%Y}年{day.month}月{day.day}日") == day


def test_a_birthday_lies_between_today_and_130_years_ago():
    tomorrow = TODAY + timedelta(days=1)
    assert check_birthday(TODAY, TODAY) == TODAY
    assert code(check_birthday(tomorrow, TODAY)) == "birthday_future"
    assert check_birthday(date(1896, 11, 22), TODAY) == date(1896, 11, 22)
    assert check_birthday(date(1895, 11, 23), TODAY) == date(1895, 11, 23)
    assert code(check_birthday(date(1895, 11, 22), TODAY)) == "birthday_too_old"
