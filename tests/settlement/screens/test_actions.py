"""Inviting, pairing and ending a tablet, and what it may read, on a real database."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.settlement.screens.actions import (
    Invitation,
    Pairing,
    end_screen,
    invite_screen,
    pair_screen,
    show_diner,
)
from canteen.settlement.screens.models import DinerScreen
from canteen.settlement.screens.queries import paired_screens, seen_by
from canteen.sites.models import Device
from tests.people import NOW, make_site, make_xiaoli

SHOWN = '{"idle":null,"scene":null}'


@pytest.fixture
def place(app: Flask) -> tuple[int, int, int]:
    """Site, its counter, its clerk."""
    site_id = make_site()
    clerk = make_xiaoli(site_id)
    device_id = db.session.scalars(select(Device.id)).first()
    assert device_id is not None
    return site_id, device_id, clerk


def invited(place: tuple[int, int, int]) -> Invitation:
    site_id, device_id, clerk = place
    made = invite_screen(device_id=device_id, site_id=site_id, now=NOW, by=clerk)
    assert isinstance(made, Invitation)
    return made


def paired(place: tuple[int, int, int]) -> Pairing:
    made = pair_screen(code=invited(place).code, now=NOW)
    assert isinstance(made, Pairing)
    return made


def test_a_code_is_exchanged_once_and_neither_it_nor_the_token_is_stored(
    place: tuple[int, int, int],
) -> None:
    invitation = invited(place)
    assert len(invitation.code) == 6
    first = pair_screen(code=invitation.code, now=NOW)
    assert isinstance(first, Pairing)
    again = pair_screen(code=invitation.code, now=NOW)
    assert isinstance(again, Refusal)
    assert again.code == "screen_code_wrong"
    row = db.session.scalars(select(DinerScreen)).one()
    stored = " ".join(str(value) for value in vars(row).values())
    assert first.token not in stored
    assert row.code_hash is None


def test_a_code_is_good_for_ten_minutes(place: tuple[int, int, int]) -> None:
    invitation = invited(place)
    late = pair_screen(code=invitation.code, now=NOW + timedelta(minutes=10))
    assert isinstance(late, Refusal)
    fresh = invited(place)
    assert isinstance(pair_screen(code=fresh.code, now=NOW + timedelta(minutes=9)), Pairing)


def test_codes_nobody_took_are_let_go_with_the_next_one(place: tuple[int, int, int]) -> None:
    invited(place)
    site_id, device_id, clerk = place
    later = NOW + timedelta(hours=1)
    invite_screen(device_id=device_id, site_id=site_id, now=later, by=clerk)
    assert len(db.session.scalars(select(DinerScreen)).all()) == 1


def test_a_counter_of_another_site_cannot_be_shown(place: tuple[int, int, int]) -> None:
    _site, device_id, clerk = place
    other = make_site("hongcheng", name="洪城食堂")
    refused = invite_screen(device_id=device_id, site_id=other, now=NOW, by=clerk)
    assert isinstance(refused, Refusal)
    assert refused.code == "screen_device_unknown"


def test_a_tablet_reads_what_its_counter_shows_and_each_thing_has_its_turn(
    place: tuple[int, int, int],
) -> None:
    site_id, device_id, _clerk = place
    tablet = paired(place)
    assert show_diner(device_id=device_id, site_id=site_id, shown=SHOWN, now=NOW)
    seen = seen_by(tablet.token, now=NOW)
    assert seen is not None
    assert (seen.turn, seen.shown) == (1, SHOWN)
    show_diner(device_id=device_id, site_id=site_id, shown="{}", now=NOW)
    newer = seen_by(tablet.token, now=NOW)
    assert newer is not None
    assert newer.turn == 2
    assert seen_by("not a token", now=NOW) is None


def test_what_a_silent_counter_showed_is_not_shown_for_long(place: tuple[int, int, int]) -> None:
    site_id, device_id, _clerk = place
    tablet = paired(place)
    show_diner(device_id=device_id, site_id=site_id, shown=SHOWN, now=NOW)
    seen = seen_by(tablet.token, now=NOW + timedelta(seconds=91))
    assert seen is not None
    assert seen.shown == ""


def test_nor_for_an_hour_where_the_clock_was_set_back(place: tuple[int, int, int]) -> None:
    site_id, device_id, _clerk = place
    tablet = paired(place)
    show_diner(device_id=device_id, site_id=site_id, shown=SHOWN, now=NOW)
    seen = seen_by(tablet.token, now=NOW - timedelta(hours=1))
    assert seen is not None
    assert seen.shown == ""


def test_a_counter_without_a_tablet_writes_nothing(place: tuple[int, int, int]) -> None:
    site_id, device_id, _clerk = place
    invited(place)
    assert not show_diner(device_id=device_id, site_id=site_id, shown=SHOWN, now=NOW)
    assert db.session.scalars(select(DinerScreen.shown)).one() == ""


def test_a_tablet_sent_away_reads_nothing_and_keeps_nothing(place: tuple[int, int, int]) -> None:
    site_id, device_id, clerk = place
    tablet = paired(place)
    show_diner(device_id=device_id, site_id=site_id, shown=SHOWN, now=NOW)
    assert not end_screen(screen_id=tablet.screen_id, site_id=site_id + 1, now=NOW, by=clerk)
    for _twice in range(2):
        assert end_screen(screen_id=tablet.screen_id, site_id=site_id, now=NOW, by=clerk)
    assert seen_by(tablet.token, now=NOW) is None
    assert not paired_screens(db.session(), site_id)
    assert db.session.scalars(select(DinerScreen.shown)).one() == ""
