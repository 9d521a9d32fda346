"""Who somebody is to the policies on a day: what passes and top-up bonuses ask."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen.residents.models import Resident, ResidentTag, TagState
from canteen.sites.models import Site
from canteen.subsidies.conditions import Place
from canteen.subsidies.models import ResidentPass


@dataclass(frozen=True)
class Standing:
    """A person as policies see them: approved tags, places and passes of the day."""

    birthday: date | None
    tags: frozenset[str]
    hukou_path: Place
    residence_path: Place
    in_institution: bool
    site_id: int
    passes: frozenset[tuple[str, str]]
    """(policy, pass)."""

    def passes_under(self, codes: frozenset[str]) -> frozenset[str]:
        """The passes bought under these policies."""
        return frozenset(code for policy, code in self.passes if policy in codes)


def standing_of(session: Session, *, resident_id: int, day: date) -> Standing:
    """One person on a day. Raises NoResultFound for nobody."""
    person = session.get_one(Resident, resident_id)
    home = session.get_one(Site, person.site_id)
    tags = session.scalars(
        select(ResidentTag.tag).where(
            ResidentTag.resident_id == resident_id,
            ResidentTag.state == TagState.APPROVED,
            ResidentTag.valid_from <= day,
            or_(ResidentTag.valid_until.is_(None), ResidentTag.valid_until >= day),
        )
    )
    passes = session.execute(
        select(ResidentPass.policy_code, ResidentPass.pass_code).where(
            ResidentPass.resident_id == resident_id,
            ResidentPass.valid_from <= day,
            ResidentPass.valid_until >= day,
        )
    )
    return Standing(
        birthday=person.birthday,
        tags=frozenset(tags),
        hukou_path=path_of(person.hukou_city, person.hukou_district, person.hukou_town),
        residence_path=path_of(home.city, home.district, home.town),
        in_institution=person.in_institution,
        site_id=person.site_id,
        passes=frozenset((policy, code) for policy, code in passes),
    )


def path_of(*names: str) -> Place:
    """City, district, town, as far as they are known from the top."""
    known = []
    for name in names:
        if not name:
            break
        known.append(name)
    return tuple(known)
