"""The watching part of a person's page, for those whose work it is."""

from typing import Any

from flask_babel import gettext as _

from canteen.blueprints.access import may_open
from canteen.blueprints.context import current_site
from canteen.blueprints.delivery.watching.forms import WatchForm
from canteen.delivery.watching import ladder, queries
from canteen.delivery.watching.models import Alarm, WatchedDiner
from canteen.delivery.watching.rules import Cause, EndingKind
from canteen.delivery.watching.wording import CAUSES, ENDINGS
from canteen.foundation.database import db
from canteen.residents.models import Resident


def watch_parts(found: Resident, *, own: bool) -> dict[str, Any]:
    """What `residents/_watch.html` says; nothing for a reader who may not open an alarm."""
    if not may_open("delivery.alarm"):
        return {"watch_form": None}
    session, site_id = db.session(), current_site().id
    alarms = queries.alarms_of(session, site_id=site_id, resident_id=found.id)
    if not own and not alarms:
        return {"watch_form": None}
    suggested = ladder.terms_of(session, site_id=site_id).missed_days
    return {
        "watch_form": WatchForm(formdata=None, obj=session.get(WatchedDiner, found.id)),
        "watch_hint": _("空着就是不看；本食堂建议 %(days)s 天", days=suggested)
        if suggested
        else _("空着就是不看"),
        "alarms": alarms,
        "alarm_words": _words,
    }


def _words(alarm: Alarm) -> str:
    """Why people looked, and how it ended."""
    if alarm.cause == "missed":
        cause = _("%(days)s 天没来吃饭", days=alarm.missed_days)
    else:
        cause = str(CAUSES[Cause(alarm.cause)])
    ending = ENDINGS[EndingKind(alarm.ending)] if alarm.ended_at else _("还在找")
    return f"{cause} · {ending}"
