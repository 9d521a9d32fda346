"""Two rows that are one dish become one, and everything that spoke of the other follows."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.spreadsheets import write_csv
from canteen.foundation.wording import Refusal
from canteen.menus import actions, dish_reading, importing, queries
from canteen.menus.dishes import DishValues, canonical_of
from canteen.menus.library_models import DishName
from canteen.menus.library_sheets import SheetPreview
from canteen.menus.likeness import NEAR_NAME, SAME_RECIPE, LikelyDish, NearNames, likely_pairs
from canteen.menus.merging import MergePreview, duplicates, merge_dishes, preview_merge
from canteen.menus.models import Dish, MenuEntry, MenuWeek
from canteen.menus.nutrition import RecipeLine
from canteen.menus.plan_models import MenuSubstitution, PlanningRules
from canteen.menus.rating_actions import save_ratings
from canteen.menus.rating_queries import tallies
from canteen.menus.ratings import Tally
from tests.menus.kitchen import MONDAY, TUESDAY, WEDNESDAY, dish_id, make_kitchen, put, week
from tests.people import NOW


def likely(number: int, name: str, **values: object) -> LikelyDish:
    usual: dict[str, object] = {
        "category": "half_meat",
        "method": "stir_fried",
        "main": "鸡胸肉",
        "foods": frozenset({"鸡胸肉", "花生米"}),
    }
    canonical = canonical_of(name)
    return LikelyDish(id=number, name=name, canonical=canonical, **{**usual, **values})  # type: ignore[arg-type]


def add(name: str, **values: object) -> int:
    saved = actions.save_dish(
        dish_id=None,
        values=DishValues(
            name=name,
            category="main_meat",
            method="red_braised",
            price_fen=900,
            recipe=(RecipeLine(ingredient="五花肉", grams=100.0),),
            **values,  # type: ignore[arg-type]
        ),
        now=NOW,
        by=None,
    )
    assert isinstance(saved, int), saved
    return saved


def merge(gone: int, kept: int) -> tuple[str, str]:
    done = merge_dishes(gone_id=gone, kept_id=kept, now=NOW, by=None)
    assert not isinstance(done, Refusal), done
    db.session.rollback()
    return done


def preview(gone: int, kept: int) -> MergePreview:
    db.session.rollback()
    found = preview_merge(db.session(), gone_id=gone, kept_id=kept)
    assert isinstance(found, MergePreview), found
    return found


# --- Which dishes are likely one ----------------------------------------------------------


def test_a_letter_apart_with_the_same_foods_is_likely_one() -> None:
    pairs = likely_pairs([likely(1, "宫保鸡丁"), likely(2, "宫爆鸡丁", foods=frozenset())])
    assert [(pair.one.id, pair.other.id, pair.reasons) for pair in pairs] == [(1, 2, (NEAR_NAME,))]


def test_same_main_method_and_ingredients_is_likely_one() -> None:
    pairs = likely_pairs([likely(1, "宫保鸡丁"), likely(2, "花生米鸡胸")])
    assert [pair.reasons for pair in pairs] == [(SAME_RECIPE,)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (likely(1, "红烧鸡块", main="鸡腿", foods=frozenset({"鸡腿"})),
         likely(2, "红烧鸭块", main="鸭肉", foods=frozenset({"鸭肉"}))),
        (likely(1, "蒸红薯", method="steamed", foods=frozenset({"红薯"}), main="红薯"),
         likely(2, "烤红薯", method="roasted", foods=frozenset({"红薯"}), main="红薯")),
        (likely(1, "番茄蛋汤", category="soup", foods=frozenset({"番茄"})),
         likely(2, "番茄蛋", category="half_meat", foods=frozenset({"鸡蛋"}))),
        (likely(1, "炒饭", foods=frozenset()), likely(2, "炒面", foods=frozenset())),
    ],
)  # fmt: skip
def test_different_foods_methods_and_kinds_are_different_dishes(
    one: LikelyDish, other: LikelyDish
) -> None:
    assert likely_pairs([one, other]) == []


def test_the_shipped_library_has_few_pairs_to_look_at(app: Flask) -> None:
    make_kitchen()
    assert 0 < len(duplicates(db.session())) < 12


def test_names_most_like_a_new_one_are_offered_first() -> None:
    names = NearNames([(1, "宫保鸡丁", "宫保鸡丁"), (2, "炒青菜", "炒青菜"), (3, "鸡丁", "鸡丁")])
    assert names.near("宫保鸡丁块")[0] == (1, "宫保鸡丁")
    assert names.near("紫菜蛋汤") == []


# --- Merging --------------------------------------------------------------------------------


def test_a_draft_takes_the_new_name_and_price_a_published_week_keeps_its_own(app: Flask) -> None:
    site = make_kitchen()
    gone, kept = add("毛氏红烧肉"), dish_id("红烧肉")
    put(site, MONDAY, "毛氏红烧肉")
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    later = MONDAY.replace(day=30)
    put(site, later, "毛氏红烧肉")
    assert merge(gone, kept) == ("", "红烧肉")
    entries = db.session.scalars(select(MenuEntry).order_by(MenuEntry.service_date)).all()
    price = db.session.get_one(Dish, kept).price_fen
    assert [(one.dish_id, one.dish_name, one.price_fen) for one in entries] == [
        (kept, "毛氏红烧肉", 900),
        (kept, "红烧肉", price),
    ]
    assert db.session.get(Dish, gone) is None


def test_the_other_name_is_known_to_every_way_in(app: Flask) -> None:
    make_kitchen()
    gone, kept = add("毛氏红烧肉"), dish_id("红烧肉")
    merge(gone, kept)
    assert dish_id("毛氏红烧肉") == kept
    file = write_csv(["菜名", "类别", "价格"], [["毛氏红烧肉", "大荤", "99"]])
    seen = importing.preview_dishes(db.session(), file, "a.csv")
    assert isinstance(seen, SheetPreview)
    assert [(row.status, row.merged_into) for row in seen.rows] == [("merged", "红烧肉")]
    assert importing.import_dishes(data=file, filename="a.csv", now=NOW, by=None) == (0, 0)
    assert actions.load_shipped_library() == (0, 0)
    refused = actions.save_dish(
        dish_id=None, values=DishValues(name="毛氏红烧肉", category="main_meat"), now=NOW, by=None
    )
    assert isinstance(refused, list)
    assert refused[0].code == "dish_exists"


def test_a_shipped_dish_that_was_merged_does_not_come_back(app: Flask) -> None:
    make_kitchen()
    merge(dish_id("水波蛋"), dish_id("水煮蛋"))
    assert actions.load_shipped_library() == (0, 0)


def test_names_of_names_follow_and_a_name_can_be_taken_back(app: Flask) -> None:
    make_kitchen()
    first, second, kept = add("毛氏红烧肉"), add("老式红烧肉"), dish_id("红烧肉")
    merge(first, second)
    merge(second, kept)
    assert dish_id("毛氏红烧肉") == dish_id("老式红烧肉") == kept
    row = queries.dish(db.session(), kept)
    assert row is not None
    renamed = dish_reading.values_of(row)
    values = DishValues(**{**renamed.__dict__, "name": "毛氏红烧肉"})
    assert actions.save_dish(dish_id=kept, values=values, now=NOW, by=None) == kept
    assert set(db.session.scalars(select(DishName.name))) == {"老式红烧肉"}


def test_substitutions_votes_and_rules_follow(app: Flask) -> None:
    site = make_kitchen()
    gone, kept = add("毛氏红烧肉"), dish_id("红烧肉")
    put(site, MONDAY, "毛氏红烧肉")
    put(site, MONDAY, "红烧肉", position=1)
    actions.place_dish(
        site_id=site, day=TUESDAY, period="lunch", slot="meat", position=0,
        dish_id=dish_id("白切鸡"),
    )  # fmt: skip
    with transaction() as session:  # as a week is published whatever it repeats
        row = session.scalars(select(MenuWeek)).one()
        row.state, row.published_at = "published", NOW
        entry = session.scalars(select(MenuEntry).where(MenuEntry.service_date == TUESDAY)).one()
        session.add(
            MenuSubstitution(
                entry_id=entry.id,
                dish_id=gone,
                dish_name="毛氏红烧肉",
                reason="鸡没到",
                made_at=NOW,
            )
        )
        document = {
            "forbidden": [{"mark": "dish:毛氏红烧肉"}, {"mark": "tag:spicy"}],
            "pinned": [{"dish_id": gone}, {"dish_id": kept}, {"weeks": gone}],
        }
        session.add(
            PlanningRules(site_id=site, document=json.dumps(document), changed_at=NOW)
        )  # fmt: skip
    votes = {gone: Tally(good=3, fair=1), kept: Tally(good=2, poor=1)}
    assert save_ratings(site_id=site, service_date=MONDAY, votes=votes, now=NOW, by=None) == 2
    seen = preview(gone, kept)
    assert (seen.substitutions, seen.votes, seen.rules, seen.entries) == (1, 4, 1, 1)
    merge(gone, kept)
    swap = db.session.scalars(select(MenuSubstitution)).one()
    assert (swap.dish_id, swap.dish_name) == (kept, "毛氏红烧肉")
    assert tallies(db.session(), site) == {kept: Tally(good=5, fair=1, poor=1)}
    rules = json.loads(db.session.get_one(PlanningRules, site).document)
    assert rules["forbidden"] == [{"mark": "dish:红烧肉"}, {"mark": "tag:spicy"}]
    assert rules["pinned"] == [{"dish_id": kept}, {"dish_id": kept}, {"weeks": gone}]


def test_the_repeat_that_a_merge_makes_in_a_draft_is_shown_before(app: Flask) -> None:
    site = make_kitchen()
    gone, kept = add("毛氏红烧肉"), dish_id("红烧肉")
    put(site, MONDAY, "毛氏红烧肉")
    put(site, WEDNESDAY, "红烧肉")
    (touched,) = preview(gone, kept).weeks
    assert (touched.published, touched.entries) == (False, 1)
    assert touched.repeat_days == (MONDAY, WEDNESDAY)
    merge(gone, kept)
    assert [repeat.days for repeat in week(site).repeats] == [(MONDAY, WEDNESDAY)]


def test_merging_is_written_down_and_harmless_twice(app: Flask) -> None:
    make_kitchen()
    gone, kept = add("毛氏红烧肉"), dish_id("红烧肉")
    merge(gone, kept)
    assert merge(gone, kept) == ("", "红烧肉")
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "merged")).all()
    assert [(row.subject_id, row.note[:5]) for row in rows] == [(str(gone), "毛氏红烧肉")]


def test_what_cannot_be_merged_is_refused(app: Flask) -> None:
    make_kitchen()
    kept = dish_id("红烧肉")
    for gone_id, kept_id, code in (
        (kept, kept, "dish_merge_self"),
        (kept, 99999, "dish_gone"),
    ):
        refused = merge_dishes(gone_id=gone_id, kept_id=kept_id, now=NOW, by=None)
        assert isinstance(refused, Refusal)
        assert refused.code == code
    assert db.session.get(Dish, kept) is not None
