"""What volunteers gave in a month: hours, doors, meals, on a page and as a workbook."""

from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, today
from canteen.blueprints.delivery.blueprint import blueprint, day_of, own_periods
from canteen.blueprints.filters import named
from canteen.blueprints.ours import ours
from canteen.blueprints.row_ids import row_id
from canteen.delivery.models import Volunteer
from canteen.delivery.volunteering.credits import credits_between, statements
from canteen.foundation.database import db
from canteen.foundation.spreadsheets import Sheet, write_xlsx
from canteen.staff.rules import Role

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/delivery/hours")
@allow(Role.MANAGER, Role.COMMUNITY)
def hours() -> Any:
    """A month's hours and meals by volunteer, or round by round for one of them."""
    first, last = _month()
    who = request.args.get("volunteer", type=row_id)
    found = ours(Volunteer, who) if who else None
    site_id = current_site().id
    credited = credits_between(
        db.session(), site_id=site_id, first=first, last=last, volunteer_id=who
    )
    return render_template(
        "delivery/volunteering/hours.html",
        statements=statements(db.session(), site_id=site_id, credited=credited),
        credited=credited if found else [],
        volunteer=found,
        month=first,
        before=first - timedelta(days=1),
        after=last + timedelta(days=1),
        periods={one.code: one for one in own_periods()},
        day=today(),
    )


@blueprint.get("/delivery/hours.xlsx")
@allow(Role.MANAGER, Role.COMMUNITY)
def hours_workbook() -> Any:
    """The same month as an Excel workbook: one row a volunteer, then one row a round."""
    first, last = _month()
    site_id = current_site().id
    credited = credits_between(db.session(), site_id=site_id, first=first, last=last)
    totals = statements(db.session(), site_id=site_id, credited=credited)
    names = {one.volunteer.id: one.volunteer.name for one in totals}
    periods = {one.code: named(one) for one in own_periods()}
    rounds, doors, meals, spent = _("趟数"), _("户数"), _("送到份数"), _("小时")
    sheets = [
        Sheet(
            _("每人合计"),
            [_("姓名"), _("商家"), rounds, doors, meals, spent],
            [
                [one.volunteer.name, one.volunteer.company, one.rounds, one.doors, one.meals,
                 _hours(one.minutes)]
                for one in totals
            ],
        ),
        Sheet(
            _("每一趟"),
            [_("姓名"), _("日期"), _("餐次"), doors, meals, spent],
            [
                [names[one.volunteer_id], one.service_date, periods.get(one.period_code, ""),
                 one.doors, one.meals, _hours(one.minutes)]
                for one in credited
            ],
        ),
    ]  # fmt: skip
    name = f"volunteer-hours-{first:%Y-%m}.xlsx"
    return Response(
        write_xlsx(sheets),
        mimetype=_XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _hours(minutes: int) -> str:
    """Hours in quarters as text, so that no float enters a file: 1.25."""
    return f"{minutes // 60}.{minutes % 60 * 100 // 60:02d}"


def _month() -> tuple[date, date]:
    """The first and last day of the month of the address; 400 for what is none."""
    text = request.args.get("month", "") or f"{today():%Y-%m}"
    first = day_of(f"{text}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)
