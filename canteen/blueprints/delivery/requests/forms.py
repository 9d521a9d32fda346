"""Forms about requests."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    StringField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from canteen.blueprints.delivery.forms import NEEDED, check_uuid, checked
from canteen.blueprints.fields import PostedForm, SelectField
from canteen.blueprints.row_ids import LARGEST
from canteen.delivery.contact.actions import Asked
from canteen.delivery.contact.wording import WHENS
from canteen.delivery.needs.wording import ASKERS
from canteen.delivery.requests.actions import Wish
from canteen.delivery.requests.kinds import Kind
from canteen.delivery.volunteering.models import TeamKind, VolunteerTeam
from canteen.residents.identity import check_phone

USUAL_TEAM = -1
"""Of the choices of a team: whoever is usually asked for that kind of help."""
_DISPATCH = {
    TeamKind.PARTY_BRANCH: _l("党支部派单"),
    TeamKind.NEIGHBOURS: _l("邻里帮"),
    TeamKind.MERCHANTS: _l("商家"),
}


def team_choices(teams: Sequence[VolunteerTeam], *, usual: bool) -> dict[str, list[Any]]:
    """Teams at work as groups of choices: everybody, party branches, neighbours, merchants."""
    first = [(USUAL_TEAM, _("这一类常派的队"))] if usual else []
    groups: dict[str, list[Any]] = {_("不挑队"): [*first, (0, _("所有志愿者"))]}
    for kind, name in _DISPATCH.items():
        held = [(one.id, one.name) for one in teams if one.active and one.kind == kind]
        if held:
            groups[str(name)] = held
    return groups


class RequestForm(PostedForm):
    """What somebody asks for. `request_id` is made by the page."""

    request_id = HiddenField(validators=[NEEDED])
    kind = SelectField(_l("要帮什么忙"))
    details = StringField(_l("说清楚一点，如“降压药一盒，医保卡在家”"), [Length(max=200)])
    asked_by = SelectField(_l("谁提的"), choices=list(ASKERS.items()), default="resident")
    asked_name = StringField(_l("亲属姓名和关系，如“女儿陈丽”"), [Length(max=40)])
    team_id = SelectField(_l("派给"), coerce=int, default=USUAL_TEAM)

    def offer_teams(self, teams: Sequence[VolunteerTeam]) -> None:
        """Everybody, or one of the teams at work."""
        self.team_id.choices = team_choices(teams, usual=True)

    def offer_kinds(self, known: Iterable[Kind], *, english: bool) -> None:
        """What can be asked for at a site."""
        self.kind.choices = [(one.code, one.said(english=english)) for one in known]

    def wish(self, resident_id: int, known: Mapping[str, Kind]) -> Wish:
        """What was asked; only after the form was found valid."""
        team_id = self.team_id.data
        if team_id == USUAL_TEAM:
            team_id = known[self.kind.data].team_id
        return Wish(
            id=UUID(self.request_id.data),
            resident_id=resident_id,
            kind=self.kind.data,
            details=(self.details.data or "").strip(),
            asked_by=self.asked_by.data,
            asked_name=(self.asked_name.data or "").strip(),
            team_id=team_id or None,
        )

    def validate_request_id(self, field: Field) -> None:
        check_uuid(field)


class OfferForm(PostedForm):
    """To whom a request is offered: 0 is everybody."""

    team_id = IntegerField(validators=[Optional(), NumberRange(0, LARGEST)])


class KindForm(PostedForm):
    """A kind of help as a site has it."""

    name = StringField(_l("名称，如“上门理发”"), [DataRequired(_l("请填写")), Length(max=40)])
    name_en = StringField(_l("英文名称（可不填）"), [Length(max=60)])
    answer_minutes = IntegerField(
        _l("多少分钟没人接算超时"),
        [NEEDED, NumberRange(5, 10_080, message=_l("5 到 10080 分钟（7 天）"))],
    )
    team_id = SelectField(_l("常派给哪支队"), coerce=int, default=0)
    active = BooleanField(_l("可以点"), default=True)


class TakeUpForm(PostedForm):
    """What a wish that came through a card becomes; `team_id` as in a request."""

    resident_id = IntegerField(validators=[NEEDED, NumberRange(1, LARGEST)])
    details = StringField(validators=[Length(max=200)])
    team_id = IntegerField(validators=[Optional(), NumberRange(USUAL_TEAM, LARGEST)])


class CardWishForm(PostedForm):
    """What somebody asks for on the page of a contact card; it names nobody."""

    wish_id = HiddenField(validators=[NEEDED])
    kind = SelectField(_l("要帮什么忙"))
    wanted_when = SelectField(_l("什么时候要"), choices=list(WHENS.items()), default="today")
    details = StringField(_l("说一两句（可不填）"), [Length(max=120, message=_l("最多 120 字"))])
    asked_by = SelectField(
        _l("您是"), choices=[("resident", _l("本人")), ("relative", _l("家里人"))]
    )

    def validate_wish_id(self, field: Field) -> None:
        check_uuid(field)

    @property
    def asked(self) -> Asked:
        """What was asked; only after the form was found valid."""
        return Asked(
            id=UUID(self.wish_id.data),
            kind=self.kind.data,
            wanted_when=self.wanted_when.data,
            details=(self.details.data or "").strip(),
            asked_by=self.asked_by.data,
        )


class ContactLinesForm(PostedForm):
    """The lines of a contact card that a site writes itself."""

    office_name = StringField(_l("社区办公室，如“金牛社区居委会”"), [Length(max=40)])
    office_name_en = StringField(_l("办公室英文名（可不填）"), [Length(max=60)])
    office_phone = StringField(_l("办公室电话"), [Length(max=30)])
    help_with = StringField(_l("有什么事可以打，如“送餐、维修、陪诊”"), [Length(max=60)])
    help_with_en = StringField(_l("英文写法（可不填）"), [Length(max=100)])

    def validate_office_phone(self, field: Field) -> None:
        if (field.data or "").strip():
            checked(field, check_phone(field.data))
