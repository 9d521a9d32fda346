"""What tests of the delivery room add to the people of the house."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from canteen.delivery.actions import Report, publish_roster, record_outcome
from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    NeedState,
    OutcomeKind,
    RosterStop,
    Volunteer,
    VolunteerArea,
)
from canteen.delivery.volunteering.agreements import SHIPPED_VERSION
from canteen.delivery.volunteering.models import AgreementAcceptance
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.staff.rules import Role
from tests.people import NOW, TODAY, make_funder, make_staff


def make_programme(site_id: int, **values: Any) -> int:
    """Free lunches at 13 yuan for 低保 and 特困, paid by the district since January."""
    make_funder("district")
    with transaction() as session:
        programme = FreeMealProgramme(
            site_id=site_id,
            **{
                "name": "红心免费餐",
                "funder_code": "district",
                "price_fen": 1300,
                "tags": "dibao;tekun",
                "valid_from": date(2026, 1, 1),
                **values,
            },
        )
        session.add(programme)
        session.flush()
        return programme.id


def make_need(resident_id: int, site_id: int, **values: Any) -> int:
    """That somebody needs lunch brought every day since March, as two people agreed."""
    with transaction() as session:
        need = DeliveryNeed(
            site_id=site_id,
            resident_id=resident_id,
            recorded_at=NOW,
            **{
                "period_code": "lunch",
                "valid_from": date(2026, 3, 1),
                "state": NeedState.APPROVED,
                "evidence": "失能评估 2026-014，中度",
                **values,
            },
        )
        session.add(need)
        session.flush()
        return need.id


def make_pause(resident_id: int, since: date, until: date) -> int:
    """Days in hospital."""
    with transaction() as session:
        pause = DeliveryPause(
            resident_id=resident_id, since=since, until=until, reason="住院", recorded_at=NOW
        )
        session.add(pause)
        session.flush()
        return pause.id


def make_volunteer(site_id: int, name: str, *areas: int, **values: Any) -> int:
    """Somebody who carries meals in `areas`, grid node ids."""
    with transaction() as session:
        volunteer = Volunteer(site_id=site_id, name=name, **values)
        session.add(volunteer)
        session.flush()
        for node_id in areas:
            session.add(VolunteerArea(volunteer_id=volunteer.id, grid_node_id=node_id))
        return volunteer.id


def make_xiaozhou(site_id: int, *areas: int, accepted: bool = True, **values: Any) -> int:
    """志愿者小周, with a sign-in, who accepted the agreement. The id of the volunteer."""
    staff_id = make_staff("xiaozhou", Role.VOLUNTEER, site_id=site_id, name="小周")
    volunteer_id = make_volunteer(site_id, "小周", *areas, staff_id=staff_id, **values)
    if accepted:
        make_accepted(volunteer_id, staff_id)
    return volunteer_id


def make_accepted(volunteer_id: int, staff_id: int) -> None:
    """A volunteer who accepted the agreement as it ships."""
    with transaction() as session:
        session.add(
            AgreementAcceptance(
                volunteer_id=volunteer_id, version=SHIPPED_VERSION, words_hash="",
                accepted_at=NOW, recorded_by=staff_id,
            )
        )  # fmt: skip


def publish(site_id: int, by: int, day: date = TODAY, period: str = "lunch") -> int:
    """A published roster; its id."""
    roster_id = publish_roster(
        site_id=site_id, day=day, period_code=period, today=TODAY, by=by, now=NOW
    )
    assert not isinstance(roster_id, Refusal), roster_id
    return roster_id


def stops(roster_id: int) -> list[RosterStop]:
    """The stops of a roster as they are now."""
    db.session.rollback()
    query = db.select(RosterStop).filter_by(roster_id=roster_id)
    return list(db.session.scalars(query.order_by(RosterStop.volunteer_id, RosterStop.position)))


def say_of(
    stop_id: int, kind: OutcomeKind, by: int, *, follows: UUID | None = None, note: str = ""
) -> UUID:
    """Record an outcome that must be accepted; its id."""
    report = Report(id=uuid4(), stop_id=stop_id, kind=kind, follows=follows, note=note)
    refusal = record_outcome(report=report, today=TODAY, by=by, now=NOW)
    assert refusal is None, refusal
    return report.id
