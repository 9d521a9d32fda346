"""Cards are issued, lost, replaced and closed; what is done twice is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from canteen.cards import actions
from canteen.cards.models import Card
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from tests.people import NOW, make_chen, make_resident, make_site, make_wang, make_xiaoli


def issue(resident_id: int, clerk: int) -> Card:
    made = actions.issue_card(resident_id=resident_id, now=NOW, by=clerk)
    assert isinstance(made, int)
    return db.session.get_one(Card, made)


def refused(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def states(resident_id: int) -> list[tuple[int, str]]:
    db.session.rollback()
    query = select(Card.issue, Card.state).where(Card.resident_id == resident_id)
    return [(number, state) for number, state in db.session.execute(query.order_by(Card.id))]


@pytest.fixture
def site(app: Flask) -> int:
    return make_site()


@pytest.fixture
def clerk(site: int) -> int:
    return make_xiaoli(site)


def test_a_first_card_has_eight_digits_and_issue_0(site: int, clerk: int) -> None:
    card = issue(make_chen(site), clerk)
    assert len(card.number) == 8
    assert card.number.isdigit()
    assert (card.issue, card.state, card.printed_at) == (0, "active", None)


def test_numbers_do_not_follow_one_another(site: int, clerk: int) -> None:
    numbers = [
        int(issue(make_resident(f"老人{n}", site_id=site, birthday=date(1950, 1, 1)), clerk).number)
        for n in range(12)
    ]
    assert len(set(numbers)) == 12
    steps = [abs(after - before) for before, after in pairwise(numbers)]
    assert sum(step > 1000 for step in steps) >= 10


def test_a_second_card_is_refused_with_the_first_ones_number(site: int, clerk: int) -> None:
    chen = make_chen(site)
    card = issue(chen, clerk)
    again = actions.issue_card(resident_id=chen, now=NOW, by=clerk)
    assert refused(again) == "card_already_active"
    assert again.facts["number"].replace(" ", "") == card.number  # type: ignore[union-attr]
    assert states(chen) == [(0, "active")]


def test_nobody_gets_no_card(site: int, clerk: int) -> None:
    with pytest.raises(NoResultFound):
        actions.issue_card(resident_id=999, now=NOW, by=clerk)


def test_who_has_died_gets_no_card(site: int, clerk: int) -> None:
    gone = make_chen(site, status="deceased", ended_on=date(2026, 11, 1))
    assert refused(actions.issue_card(resident_id=gone, now=NOW, by=clerk)) == "card_holder_ended"


def test_eight_counters_at_once_issue_one_card(app: Flask, site: int, clerk: int) -> None:
    chen = make_chen(site)

    def at_a_counter(_number: int) -> object:
        with app.app_context():
            answer = actions.issue_card(resident_id=chen, now=NOW, by=clerk)
            db.session.remove()
            return answer

    with ThreadPoolExecutor(8) as counters:
        answers = list(counters.map(at_a_counter, range(8)))
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert {refused(answer) for answer in answers if not isinstance(answer, int)} == {
        "card_already_active"
    }
    assert states(chen) == [(0, "active")]


def test_a_selection_gets_cards_once(site: int, clerk: int) -> None:
    chen, wang = make_chen(site), make_wang(site)
    issue(chen, clerk)
    assert len(actions.issue_cards(resident_ids=[chen, wang, wang, 999], now=NOW, by=clerk)) == 1
    assert actions.issue_cards(resident_ids=[chen, wang], now=NOW, by=clerk) == []
    assert states(wang) == [(0, "active")]


def test_a_selection_is_bounded(site: int, clerk: int) -> None:
    many = actions.issue_cards(resident_ids=list(range(101)), now=NOW, by=clerk)
    assert refused(many) == "too_many_cards"


def test_a_lost_card_stays_lost_and_its_successor_is_the_next_issue(site: int, clerk: int) -> None:
    chen = make_chen(site)
    card = issue(chen, clerk)
    number = card.number
    for _twice in range(2):
        assert not isinstance(actions.report_card_lost(card_id=card.id, now=NOW, by=clerk), Refusal)
    assert states(chen) == [(0, "lost")]
    fresh = actions.replace_card(card_id=card.id, now=NOW, by=clerk)
    assert isinstance(fresh, Card)
    assert fresh.number == number
    assert states(chen) == [(0, "lost"), (1, "active")]


def test_a_worn_card_is_replaced_and_the_second_post_answers_with_the_new_one(
    site: int, clerk: int
) -> None:
    chen = make_chen(site)
    card_id = issue(chen, clerk).id
    first = actions.replace_card(card_id=card_id, now=NOW, by=clerk)
    second = actions.replace_card(card_id=card_id, now=NOW, by=clerk)
    assert isinstance(first, Card)
    assert isinstance(second, Card)
    assert second.id == first.id
    assert states(chen) == [(0, "replaced"), (1, "active")]


def test_six_replacements_at_once_make_one_card(app: Flask, site: int, clerk: int) -> None:
    chen = make_chen(site)
    card_id = issue(chen, clerk).id

    def at_a_counter(_number: int) -> int:
        with app.app_context():
            fresh = actions.replace_card(card_id=card_id, now=NOW, by=clerk)
            assert isinstance(fresh, Card)
            found = fresh.id
            db.session.remove()
            return found

    with ThreadPoolExecutor(6) as counters:
        assert len(set(counters.map(at_a_counter, range(6)))) == 1
    assert states(chen) == [(0, "replaced"), (1, "active")]


def test_after_issue_9_a_person_gets_a_new_number(site: int, clerk: int) -> None:
    chen = make_chen(site)
    card = issue(chen, clerk)
    number = card.number
    for _change in range(9):
        fresh = actions.replace_card(card_id=card.id, now=NOW, by=clerk)
        assert isinstance(fresh, Card)
        card = fresh
    assert (card.number, card.issue) == (number, 9)
    last = actions.replace_card(card_id=card.id, now=NOW, by=clerk)
    assert isinstance(last, Card)
    assert last.number != number
    assert last.issue == 0


def test_a_closed_card_is_not_replaced_and_a_new_one_is_the_next_issue(
    site: int, clerk: int
) -> None:
    chen = make_chen(site)
    card_id = issue(chen, clerk).id
    for _twice in range(2):
        assert not isinstance(actions.close_card(card_id=card_id, now=NOW, by=clerk), Refusal)
    assert refused(actions.replace_card(card_id=card_id, now=NOW, by=clerk)) == "card_not_in_use"
    assert refused(actions.report_card_lost(card_id=card_id, now=NOW, by=clerk)) == (
        "card_not_in_use"
    )
    issue(chen, clerk)
    assert states(chen) == [(0, "closed"), (1, "active")]


def test_a_replaced_card_can_be_neither_lost_nor_closed(site: int, clerk: int) -> None:
    chen = make_chen(site)
    card_id = issue(chen, clerk).id
    actions.replace_card(card_id=card_id, now=NOW, by=clerk)
    assert refused(actions.report_card_lost(card_id=card_id, now=NOW, by=clerk)) == (
        "card_not_in_use"
    )
    assert refused(actions.close_card(card_id=card_id, now=NOW, by=clerk)) == "card_not_in_use"


def test_printing_is_noted_once(site: int, clerk: int) -> None:
    card_id = issue(make_chen(site), clerk).id
    assert actions.mark_printed(card_ids=[card_id, 999], now=NOW, by=clerk) == 1
    assert actions.mark_printed(card_ids=[card_id], now=NOW, by=clerk) == 0
    assert db.session.scalar(select(func.count()).where(Card.printed_at.is_not(None))) == 1
