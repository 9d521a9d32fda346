"""Forms of a roster: which day is fixed, who carries a stop."""

from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from canteen.blueprints.delivery.forms import NEEDED
from canteen.blueprints.fields import DayField, PostedForm
from canteen.blueprints.row_ids import LARGEST


class AssignmentForm(PostedForm):
    """Who carries a stop from now on."""

    volunteer_id = IntegerField(validators=[NEEDED, NumberRange(1, LARGEST)])


class PublicationForm(PostedForm):
    """Which day and period is to be fixed."""

    day = DayField(validators=[DataRequired()])
    period = StringField(validators=[DataRequired(), Length(max=20)])
