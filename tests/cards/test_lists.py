"""The list of cards: who has one comes first, and pages neither skip nor repeat anybody."""

import pytest
from flask import Flask

from canteen.cards import queries
from canteen.cards.actions import issue_card
from canteen.cards.queries import Show
from canteen.foundation.database import db
from canteen.foundation.paging import PAGE_SIZE
from tests.people import NOW, make_chen, make_resident, make_site, make_wang, make_xiaoli


def names(site_id: int, number: int, show: Show = Show.EVERYBODY) -> list[str]:
    """The names on one page of the list."""
    page = queries.holders(
        db.session(), site_id=site_id, show=show, building_id=None, number=number
    )
    return [row.name for row in page.rows]


def test_people_with_a_card_come_first_then_the_others_by_name(app: Flask) -> None:
    site = make_site()
    make_chen(site)
    wang = make_wang(site)
    issue_card(resident_id=wang, now=NOW, by=make_xiaoli(site))
    assert names(site, 1) == ["王德福", "陈桂英"]
    assert names(site, 1, Show.NONE) == ["陈桂英"]


@pytest.mark.parametrize("with_card", [0, 3, PAGE_SIZE, PAGE_SIZE + 7])
def test_every_page_goes_on_where_the_last_one_ended(app: Flask, with_card: int) -> None:
    site = make_site()
    clerk = make_xiaoli(site)
    everybody = 2 * PAGE_SIZE + 10
    people = [
        make_resident(f"甲{number:03}", site_id=site, birthday=None) for number in range(everybody)
    ]
    for resident_id in people[everybody - with_card :]:
        issue_card(resident_id=resident_id, now=NOW, by=clerk)
    expected = [f"甲{number:03}" for number in range(everybody)]
    expected = expected[everybody - with_card :] + expected[: everybody - with_card]
    shown = [names(site, number) for number in (1, 2, 3)]
    assert [name for page in shown for name in page] == expected
    assert [len(page) for page in shown] == [PAGE_SIZE, PAGE_SIZE, 10]
