"""Forms about requests."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, IntegerField, StringField, ValidationError
from wtforms.validators import Length, NumberRange, Optional

from canteen.blueprints.delivery.forms import NEEDED
from canteen.blueprints.fields import PostedForm, SelectField
from canteen.blueprints.row_ids import LARGEST
from canteen.delivery.needs.wording import ASKERS
from canteen.delivery.requests.actions import Wish
from canteen.delivery.volunteering.models import VolunteerTeam


class RequestForm(PostedForm):
    """What somebody asks for. `request_id` is made by the page."""

    request_id = HiddenField(validators=[NEEDED])
    kind = SelectField(_l("要帮什么忙"))
    details = StringField(_l("说清楚一点，如“降压药一盒，医保卡在家”"), [Length(max=200)])
    asked_by = SelectField(_l("谁提的"), choices=list(ASKERS.items()), default="resident")
    asked_name = StringField(_l("亲属姓名和关系，如“女儿陈丽”"), [Length(max=40)])
    team_id = SelectField(_l("派给"), coerce=int)

    def offer_teams(self, teams: Sequence[VolunteerTeam]) -> None:
        """Everybody, or one of the teams at work."""
        self.team_id.choices = [
            (0, _("所有志愿者")),
            *((one.id, one.name) for one in teams if one.active),
        ]

    def wish(self, resident_id: int) -> Wish:
        """What was asked; only after the form was found valid."""
        return Wish(
            id=UUID(self.request_id.data),
            resident_id=resident_id,
            kind=self.kind.data,
            details=(self.details.data or "").strip(),
            asked_by=self.asked_by.data,
            asked_name=(self.asked_name.data or "").strip(),
            team_id=self.team_id.data or None,
        )

    def validate_request_id(self, field: Field) -> None:
        try:
            UUID(field.data)
        except ValueError as error:
            raise ValidationError(_("页面的编号不对，请刷新页面再试")) from error


class OfferForm(PostedForm):
    """To whom a request is offered: 0 is everybody."""

    team_id = IntegerField(validators=[Optional(), NumberRange(0, LARGEST)])
