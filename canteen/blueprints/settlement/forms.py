"""Forms of the list of meals."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from canteen.blueprints.fields import PostedForm


class VoidForm(PostedForm):
    """Why a meal is voided."""

    reason = StringField(
        _l("理由"), [DataRequired(_l("请写一句为什么")), Length(max=200, message=_l("最多 200 字"))]
    )
