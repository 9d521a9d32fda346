"""Which diets a dish suits for certain, by literals."""

from canteen.menus.plan_diets import KNOWABLE, InDish, diets_of
from canteen.residents.diets import BY_CODE

GREENS = InDish(name="菠菜", food_group="vegetable_dark")
PORK = InDish(name="猪肉", food_group="meat_red", contains=frozenset(("pork",)))
LARD = InDish(name="猪油", food_group="oil", contains=frozenset(("pork",)))
SHRIMP = InDish(name="虾仁", food_group="shellfish", allergens=frozenset(("crustacean",)))
SOY = InDish(name="酱油", food_group="condiment", allergens=frozenset(("gluten", "soy")))


def test_greens_suit_everybody_but_those_who_must_be_asked() -> None:
    assert diets_of([GREENS], ()) == set(KNOWABLE) - {"low_salt", "low_sugar"}


def test_pork_and_lard_are_pork() -> None:
    for one in (PORK, LARD):
        suits = diets_of([GREENS, one], ())
        assert not {"no_pork", "vegetarian"} & suits
        assert "no_beef_mutton" in suits


def test_shrimp_is_neither_for_no_fish_nor_for_its_allergy() -> None:
    assert not {"no_fish", "allergy_shellfish", "vegetarian"} & diets_of([SHRIMP], ())


def test_soy_sauce_keeps_soy_and_wheat_allergies_away() -> None:
    assert not {"allergy_soy", "allergy_wheat"} & diets_of([GREENS, SOY], ())


def test_what_a_person_marked_counts_also_without_a_recipe() -> None:
    assert diets_of([], ("low_salt", "low_sugar")) == {"low_salt", "low_sugar"}


def test_an_ingredient_nobody_has_described_is_not_certain() -> None:
    unknown = InDish(name="神秘酱", food_group="condiment", known=False)
    assert diets_of([GREENS, unknown], ("low_salt",)) == {"low_salt", "no_spicy", "no_coriander"}


def test_hot_and_coriander_are_known_by_name() -> None:
    chilli = InDish(name="干辣椒", food_group="condiment")
    assert "no_spicy" not in diets_of([GREENS, chilli], ())
    assert "no_spicy" not in diets_of([GREENS], ("spicy",))
    coriander = InDish(name="香菜", food_group="vegetable_dark")
    assert "no_coriander" not in diets_of([coriander], ())


def test_every_knowable_diet_is_a_diet_and_halal_is_never_promised() -> None:
    assert set(KNOWABLE) <= set(BY_CODE)
    assert "halal" not in KNOWABLE
