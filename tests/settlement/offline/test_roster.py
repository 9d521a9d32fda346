"""The roster says of every card what the counter would say, and nothing else about anybody."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from canteen.cards import actions as cards
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.settlement.offline import quotes
from canteen.settlement.offline.roster import Entry, Roster, code_hash, read_roster
from canteen.settlement.receipts import Receipt
from canteen.subsidies.documents import parse_policy
from tests.chance import without_chance
from tests.lunches import (
    OFF_THREE,
    POLICIES,
    adopt,
    adopt_document,
    give,
    lunch,
    policy_document,
    served,
    settle,
)
from tests.people import NOW, TODAY, make_chen, make_resident, make_site, make_wang, make_xiaoli
from tests.settlement.counter import digits_of, make_card

SALT = "a0a1a2"


@pytest.fixture
def site(app: Flask) -> int:
    return make_site()


def roster(site_id: int, now: datetime = NOW) -> Roster:
    db.session.rollback()
    return read_roster(
        db.session(), site_id=site_id, day=TODAY, now=now, salt=SALT, card_keys=storage.keys().card
    )


def entry_of(resident_id: int, site_id: int) -> Entry:
    (entry,) = (one for one in roster(site_id).entries if one.resident_id == resident_id)
    return entry


def offered(
    entry: Entry, minute: int, *, after: tuple[str, ...] = (), period: str = "lunch"
) -> int:
    """What the diner would pay for the standard set, as the device looks it up."""
    kinds = {one.after for one in entry.offers if one.period == period}
    wanted = after if after in kinds else ()
    known = [
        one
        for one in entry.offers
        if (one.period, one.set_code, one.after) == (period, "standard", wanted)
        and one.minute <= minute
    ]
    return max(known, key=lambda one: one.minute).quote.paid_fen


def test_a_card_is_found_by_a_hash_of_its_whole_code(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    card = make_card(chen, by=clerk, now=NOW)
    entry = entry_of(chen, site)
    assert entry.code_hashes == (code_hash(digits_of(card), SALT),)
    assert (entry.title, entry.number) == ("陈奶奶", card.number)


def test_nothing_else_about_a_person_is_in_it(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    make_card(chen, by=clerk, now=NOW)
    adopt(site, "nanchang")
    text = without_chance(str(asdict(roster(site))))
    for secret in ("陈桂英", "13800000101", "0101", "501", "living_alone", "1944"):
        assert secret not in text


def test_who_has_no_card_or_has_gone_is_not_in_it(site: int) -> None:
    chen, wang, clerk = make_chen(site), make_wang(site), make_xiaoli(site)
    card = make_card(chen, by=clerk, now=NOW)
    cards.report_card_lost(card_id=card.id, by=clerk, now=NOW)
    assert roster(site).entries == ()
    assert roster(site).ended == {code_hash(digits_of(card), SALT): "lost"}
    assert wang


@pytest.mark.parametrize("policy", sorted(path.stem for path in POLICIES.glob("*.toml")))
def test_it_quotes_what_the_counter_takes(app: Flask, policy: str) -> None:
    place = [*parse_policy((POLICIES / f"{policy}.toml").read_text("utf-8")).place, "", ""]
    here = dict(zip(("city", "district", "town"), place, strict=False))
    site_id = make_site(**here)
    adopt(site_id, policy)
    clerk = make_xiaoli(site_id)
    people = [
        make_resident(
            f"张{'一二三四五六七八九'[number]}",
            site_id=site_id,
            birthday=TODAY.replace(year=TODAY.year - 58 - 5 * number),
            tags=tags,
            **{f"hukou_{level}": name for level, name in here.items()},
        )
        for number, tags in enumerate(
            [(), ("dibao",), ("tekun",), (), ("disability_1_2",), (), ("living_alone",), ()]
        )
    ]
    for person in people:
        make_card(person, by=clerk, now=NOW)
        give(person, site_id, 100_00)
    book = {one.resident_id: one for one in roster(site_id).entries}
    for person in people:
        receipt = settle(lunch(site_id, clerk, person))
        assert isinstance(receipt, Receipt)
        assert offered(book[person], 11 * 60 + 30) == receipt.paid_fen


def test_a_second_meal_of_the_day_is_quoted_after_the_first(site: int) -> None:
    once_a_day = OFF_THREE + '[[cap]]\ncode = "day"\nper = "day"\nmeals = 1\n'
    adopt_document(site, policy_document(once_a_day))
    chen, clerk = make_chen(site), make_xiaoli(site)
    make_card(chen, by=clerk, now=NOW)
    give(chen, site, 100_00)
    entry = entry_of(chen, site)
    assert offered(entry, 690) == 1000
    assert offered(entry, 690, after=("breakfast",)) == 1300
    morning = datetime(2026, 11, 23, 23, 30, tzinfo=UTC) - timedelta(days=1)
    served(lunch(site, clerk, chen, period_code="breakfast"), now=morning)
    assert offered(entry_of(chen, site), 690) == 1300
    assert entry_of(chen, site).eaten == {"breakfast": "07:30"}


def test_money_spent_today_is_told(site: int) -> None:
    chen, clerk = make_chen(site), make_xiaoli(site)
    make_card(chen, by=clerk, now=NOW)
    give(chen, site, 50_00)
    served(lunch(site, clerk, chen))
    entry = entry_of(chen, site)
    assert (entry.balance_fen, entry.spent_fen) == (37_00, 13_00)
    assert entry.eaten == {"lunch": "11:30"}


def test_a_guest_of_another_canteen_is_in_it_when_they_came_lately(site: int) -> None:
    other = make_site(code="other")
    wang, clerk = make_wang(other), make_xiaoli(site)
    make_card(wang, by=clerk, now=NOW)
    assert roster(site).entries == ()
    give(wang, other, 50_00)
    served(lunch(site, clerk, wang))
    assert [one.resident_id for one in roster(site).entries] == [wang]


def test_its_reads_do_not_grow_with_the_cards(site: int) -> None:
    clerk = make_xiaoli(site)

    def reads() -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", note)
        roster(site)
        event.remove(db.engine, "before_cursor_execute", note)
        return count

    make_card(make_chen(site), by=clerk, now=NOW)
    few = reads()
    for number in range(12):
        person = make_resident(
            f"赵{number}",
            site_id=site,
            birthday=TODAY.replace(year=1950),
            phone=f"138{uuid4().int % 10**8:08}",
        )
        make_card(person, by=clerk, now=NOW)
    assert reads() == few <= 14


def test_it_is_priced_by_kinds_of_people_not_by_people(
    site: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt(site, "nanchang")
    clerk = make_xiaoli(site)
    priced = 0
    whole = quotes.price_for

    def counting(*given: object, **named: object) -> object:
        nonlocal priced
        priced += 1
        return whole(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(quotes, "price_for", counting)

    def prices() -> int:
        nonlocal priced
        priced = 0
        assert len(roster(site).entries) == len(people)
        return priced

    people = [make_chen(site)]
    make_card(people[0], by=clerk, now=NOW)
    few = prices()
    for number in range(9):
        people.append(
            make_resident(f"赵{number}", site_id=site, birthday=TODAY.replace(year=1950, month=2))
        )
        make_card(people[-1], by=clerk, now=NOW)
    assert prices() == 2 * few
