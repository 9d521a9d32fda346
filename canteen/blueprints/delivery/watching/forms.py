"""Forms of the ladder: a step that was done, an ending, a site's own steps, a watched diner."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from canteen.blueprints.fields import DayField, PostedForm, RadioField, SelectField
from canteen.delivery.watching.actions import Ending, Found
from canteen.delivery.watching.ladder import Rung
from canteen.delivery.watching.rules import MOST_STEPS, EndingKind, StepKind, StepResult
from canteen.delivery.watching.wording import ENDINGS, RESULTS, STEPS

_USUAL_STAY = timedelta(days=7)
_DAYS = NumberRange(1, 30, message=_l("1 到 30 天，或空着"))


class StepForm(PostedForm):
    """What was found at a step; the button says it."""

    result = SelectField(_l("怎么样"), choices=list(RESULTS.items()))
    note = StringField(_l("说明"), [Length(max=200)])

    def found(self) -> Found:
        """The same as a fact; only after the form was found valid."""
        return Found(result=StepResult(self.result.data), note=(self.note.data or "").strip())


class EndingForm(PostedForm):
    """How an alarm ended. The last day counts only where somebody is away or in hospital."""

    kind = RadioField(
        _l("找到人了吗，怎么样"),
        [InputRequired(_l("请选一个结果"))],
        choices=list(ENDINGS.items()),
    )
    last_day = DayField(_l("这天为止不送（含）"))
    note = StringField(_l("说明，如“女儿说接去住院了”"), [Length(max=200)])

    @classmethod
    def fresh(cls, today: date, proposed: EndingKind | None) -> "EndingForm":
        """Nothing typed yet: what is proposed is chosen, a hospital stay lasts a week."""
        data: dict[str, Any] = {"last_day": today + _USUAL_STAY}
        return cls(formdata=None, data=data | ({"kind": proposed.value} if proposed else {}))

    def ending(self) -> Ending:
        """What was typed; only after the form was found valid."""
        return Ending(
            kind=EndingKind(self.kind.data),
            note=(self.note.data or "").strip(),
            last_day=self.last_day.data,
        )


class WatchTermsForm(PostedForm):
    """What a site says of its watching besides the steps."""

    office_name = StringField(_l("社区值班的人或办公室"), [Length(max=40)])
    office_phone = StringField(_l("社区值班电话"), [Length(max=30)])
    missed_days = IntegerField(_l("几天没来吃饭就去看看（建议值，可空着）"), [Optional(), _DAYS])


class WatchForm(PostedForm):
    """After how many days away somebody looks for a diner, and which neighbour to ask."""

    missed_days = IntegerField(_l("连续几天没来就去看看"), [Optional(), _DAYS])
    neighbour_name = StringField(_l("可以问的邻居"), [Length(max=40)])
    neighbour_phone = StringField(_l("邻居电话"), [Length(max=30)])


def rungs_typed(posted: "MultiDict[str, str]") -> tuple[list[Rung], str]:
    """The steps of a posted ladder in the order of their numbers, and what is wrong, if anything.

    A row without a kind is none. The parts of row 3 are called ``kind-3``, ``minutes-3``,
    ``place-3``, ``name-3`` and ``phone-3``.
    """
    rows = []
    for number in range(1, MOST_STEPS + 1):
        kind = posted.get(f"kind-{number}", "")
        if not kind:
            continue
        minutes, place = posted.get(f"minutes-{number}", ""), posted.get(f"place-{number}", "")
        name, phone = posted.get(f"name-{number}", ""), posted.get(f"phone-{number}", "")
        if kind not in STEPS:
            return [], _("第 %(number)s 行：没有这种步骤", number=number)
        if not _whole(minutes):
            return [], _(
                "第 %(number)s 行：“%(value)s”不是分钟数，请填整数",
                number=number,
                value=minutes[:20],
            )
        if place and not _whole(place):
            return [], _(
                "第 %(number)s 行：“%(value)s”不是顺序，请填整数", number=number, value=place[:20]
            )
        rung = Rung(
            kind=StepKind(kind),
            minutes=int(minutes),
            who_name=name.strip()[:40],
            who_phone=phone.strip()[:30],
        )
        rows.append((int(place) if place else number, number, rung))
    return [rung for _place, _number, rung in sorted(rows, key=lambda one: one[:2])], ""


def _whole(text: str) -> bool:
    text = text.strip()
    return text.isascii() and text.isdigit() and len(text) < 6
