"""What a rule gives, by its effect."""

import pytest

from canteen.subsidies.policy import Band, Effect, Quota, Share, Words
from canteen.subsidies.rules import History, Tally
from tests.subsidies.makers import make_policy, make_rule, make_terms, off, priced, shares


def gives(effect: Effect, **facts: object) -> int:
    return priced(make_policy(make_rule(effect)), **facts).subsidy_fen


def test_a_fixed_sum_is_taken_off_but_never_more_than_the_price():
    assert gives(off(400)) == 400
    assert gives(off(400), price_fen=300) == 300
    assert gives(off(400), price_fen=0) == 0


def test_a_percentage_stops_at_its_ceiling():
    quarter = Effect("percent_off", basis_points=2500, of="list", ceiling_fen=300)
    assert gives(quarter, price_fen=1000) == 250
    assert gives(quarter, price_fen=1200) == 300
    assert gives(quarter, price_fen=9900) == 300


def test_a_fixed_price_leaves_what_is_beyond_the_set_to_the_diner():
    pays_nine = Effect("pay", fen=900, set_price_fen=1500)
    assert gives(pays_nine, price_fen=1500) == 600
    assert gives(pays_nine, price_fen=1800) == 600
    assert gives(pays_nine, price_fen=1000) == 100
    assert gives(pays_nine, price_fen=800) == 0
    assert gives(Effect("pay", fen=900), price_fen=1800) == 900


def test_pay_at_most_stops_at_its_ceiling():
    assert gives(Effect("pay_at_most", fen=500), price_fen=1800) == 1300
    assert gives(Effect("pay_at_most", fen=500, ceiling_fen=1000), price_fen=1800) == 1000
    assert gives(Effect("pay_at_most", fen=500), price_fen=500) == 0


def test_free_is_the_whole_meal_but_not_the_delivery():
    meal = priced(make_policy(make_rule(Effect("free"))), price_fen=1300, delivery_fee_fen=200)
    assert (meal.subsidy_fen, meal.pay_fen) == (1300, 200)


@pytest.mark.parametrize(
    ("pays_for", "subsidy"), [("meal", 1300), ("delivery", 200), ("meal_and_delivery", 1500)]
)
def test_a_rule_says_whether_it_pays_for_the_delivery(pays_for, subsidy):
    rule = make_rule(Effect("free"), pays_for=pays_for)
    assert priced(make_policy(rule), delivery_fee_fen=200).subsidy_fen == subsidy


@pytest.mark.parametrize(
    ("eaten", "after", "pay"),
    [(0, "last", 1000), (1, "last", 800), (4, "last", 800), (4, "nothing", 1300)],
)
def test_the_nth_meal_of_the_day_has_its_price(eaten, after, pay):
    effect = Effect("nth_meal", steps_fen=(1000, 800), after=after)
    meal = priced(make_policy(make_rule(effect)), history=History(meals_today=eaten))
    assert meal.pay_fen == pay


def monthly(*rules, **changes):
    quota = Quota("monthly", Words("月额度", "monthly quota"), "month", 2000)
    return make_policy(*rules, quotas=(quota,), **changes)


DRAWS = Effect("quota", quota="monthly", basis_points=10_000)


def test_a_quota_is_drawn_until_it_is_empty():
    policy = monthly(make_rule(DRAWS))
    used = {("month", "here/rule"): Tally(1, 1300)}
    assert priced(policy).subsidy_fen == 1300
    assert priced(policy, history=History(tallies=used)).subsidy_fen == 700
    empty = priced(policy, history=History(quota_left_fen={"here/monthly": 0}))
    assert empty.subsidy_fen == 0
    assert "额度已用完" in empty.reason_zh


def test_two_rules_cannot_draw_more_than_the_quota_holds():
    rules = make_rule(DRAWS, code="a"), make_rule(DRAWS, code="b", funder="district")
    policy = monthly(*rules, terms=make_terms(overlap="stack"))
    meal = priced(policy, price_fen=5000, history=History(quota_left_fen={"here/monthly": 900}))
    assert meal.subsidy_fen == 900


def test_ages_are_half_open():
    bands = (Band(off(200), 70, 80), Band(off(400), 80))
    policy = make_policy(make_rule(bands))
    from datetime import date

    assert priced(policy, birthday=date(1946, 3, 5)).subsidy_fen == 200
    assert priced(policy, birthday=date(1946, 3, 4)).subsidy_fen == 400
    assert priced(policy, birthday=date(1956, 3, 5)).subsidy_fen == 0
    assert priced(policy, birthday=None).subsidy_fen == 0


@pytest.mark.parametrize(
    ("mode", "to", "of", "subsidy"),
    [
        ("half_up", "fen", "subsidy", 253),
        ("half_even", "fen", "subsidy", 252),
        ("down", "fen", "subsidy", 252),
        ("up", "fen", "subsidy", 253),
        ("half_up", "jiao", "subsidy", 250),
        ("up", "jiao", "pay", 250),
        ("down", "jiao", "pay", 260),
        ("half_up", "yuan", "subsidy", 300),
        ("half_up", "yuan", "pay", 210),
    ],
)
def test_a_quarter_of_ten_yuan_ten_rounds_as_the_policy_says(mode, to, of, subsidy):
    terms = make_terms(rounding=mode, rounding_to=to, rounding_of=of)
    effect = Effect("percent_off", basis_points=2500)
    assert (
        priced(make_policy(make_rule(effect), terms=terms), price_fen=1010).subsidy_fen == subsidy
    )


def test_a_ratio_gives_the_odd_fen_to_the_one_named():
    split = (Share("city", basis_points=5000), Share("district", basis_points=5000))
    rule = make_rule(off(301), split=split, remainder_to="district")
    assert shares(priced(make_policy(rule))) == {"city": 150, "district": 151}


def test_fixed_shares_are_paid_before_the_rest():
    split = (Share("city", fen=300), Share("district", fen=300), Share("town"))
    rule = make_rule(Effect("pay", fen=300), split=split)
    assert shares(priced(make_policy(rule), price_fen=1200)) == {
        "city": 300,
        "district": 300,
        "town": 300,
    }
    assert shares(priced(make_policy(rule), price_fen=800)) == {"city": 300, "district": 200}
