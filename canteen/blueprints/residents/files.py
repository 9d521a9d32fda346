"""Registers in and out: upload, preview, import; the template; the list as a workbook."""

import io
from typing import Any

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.flashes import tell
from canteen.blueprints.intake import Kept, headings
from canteen.blueprints.intake_jobs import begin
from canteen.blueprints.residents import importing, names
from canteen.blueprints.residents.blueprint import OFFICE
from canteen.blueprints.residents.importing import REGISTER
from canteen.blueprints.row_ids import row_id
from canteen.cards.enrolment import import_residents
from canteen.foundation.database import db
from canteen.foundation.spreadsheets import Sheet, write_xlsx
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal, say
from canteen.residents import actions, grid_queries, imports, queries
from canteen.residents.import_plan import plan_import
from canteen.residents.import_preview import Preview, preview_of
from canteen.residents.models import GridNode, Resident, Status

blueprint = Blueprint("residents_files", __name__, url_prefix="/residents")

MOST_EXPORTED = 20_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Names of fields, and sentences for what is wrong with them."""
    return names.for_templates() | {"say": say}


@blueprint.route("/imports", methods=["GET", "POST"])
@allow(*OFFICE)
def upload() -> Any:
    """Choose a file."""
    if request.method == "GET":
        return render_template(REGISTER.page, said=None)
    taken = REGISTER.take()
    if isinstance(taken, Refusal):
        return REGISTER.not_taken(taken)
    if taken.is_large:
        return begin(importing.READING, taken.token)
    return redirect(url_for("residents_files.preview", token=taken.token))


@blueprint.get("/imports/<token>")
@allow(*OFFICE)
def preview(token: str) -> Any:
    """What the file would change, and what is wrong with it."""
    shown = _preview(token)
    if isinstance(shown, Refusal):
        return REGISTER.not_taken(shown)
    return render_template("residents/preview.html", token=token, plan=shown)


def _preview(token: str) -> Preview | Refusal:
    """Of a small file made now; of a large one as it was when it was read."""

    def made(kept: Kept[imports.FileRead]) -> Preview:
        plan = plan_import(db.session(), kept.read, site_id=current_site().id, keys=keys())
        return preview_of(plan, filename=kept.filename)

    return REGISTER.shown(token, small=made, large=importing.preview_or_refusal)


@blueprint.post("/imports/<token>")
@allow(*OFFICE)
def confirm(token: str) -> Any:
    """Import the previewed file, all of it or nothing; a large one where its progress is shown."""
    is_large = REGISTER.is_large(token)
    if isinstance(is_large, Refusal):
        return REGISTER.not_taken(is_large)
    if is_large:
        return begin(importing.KIND, token)
    kept = REGISTER.kept(token)
    if isinstance(kept, Refusal):
        return REGISTER.not_taken(kept)
    done = import_residents(
        kept.read, site_id=current_site().id, keys=keys(), now=now(), by=staff_id()
    )
    if isinstance(done, Refusal):
        tell(done)
        return redirect(url_for("residents_files.preview", token=token))
    REGISTER.forget(token)
    counts = {"new": len(done.new), "changed": len(done.changed), "same": done.unchanged}
    flash(_("已导入：新增 %(new)s 人，更新 %(changed)s 人，%(same)s 人没有变化", **counts), "good")
    return redirect(url_for("residents.people"))


@blueprint.get("/imports/done/<int:job_id>")
@allow(*OFFICE)
def imported(job_id: int) -> Any:
    """What a large file has brought."""
    done = importing.taken_up_or_404(job_id)
    return render_template("residents/imported.html", done=done)


@blueprint.post("/imports/<token>/removal")
@allow(*OFFICE)
def removal(token: str) -> Any:
    """Forget an upload that is not wanted."""
    REGISTER.forget(token)
    return redirect(url_for("residents_files.upload"))


@blueprint.get("/imports/template.xlsx")
@allow(*OFFICE)
def template() -> Any:
    """An empty register with its headings and one example."""
    example = [imports.EXAMPLE[field] for field in imports.COLUMNS]
    sheet = Sheet(_("居民"), headings(imports.COLUMNS, imports.COLUMNS), [example])
    return download(write_xlsx([sheet]), _("居民登记模板"))


@blueprint.post("/exports")
@allow(*OFFICE)
def export() -> Any:
    """The list as a workbook, without ID numbers; who took it is recorded."""
    node = db.session.get(GridNode, request.args.get("node", type=row_id) or 0)
    page = queries.people(
        db.session(),
        site_id=current_site().id,
        query=queries.NOTHING,
        status=_status(),
        card_holder=None,
        keys=keys(),
        node_path=node.path if node else None,
        size=MOST_EXPORTED,
    )
    if page.has_next:
        tell(Refusal("export_too_many", {"limit": MOST_EXPORTED}))
        return redirect(url_for("residents.people"))
    rows = _export_rows(list(page.rows))
    actions.record_export(site_id=current_site().id, count=len(rows), now=now(), by=staff_id())
    columns = [names.FIELDS[field] for field in (*_EXPORTED, "diets", "tags")]
    columns[1] = _("身份证末四位")
    sheet = Sheet(_("居民"), [str(one) for one in columns], rows)
    return download(write_xlsx([sheet]), f"{_('居民')}-{today().isoformat()}")


_EXPORTED = ("name", "id_number", "gender", "birthday", "phone", "community", "compound",
             "building", "unit", "room", "hukou_city", "hukou_district", "hukou_town", "mobility",
             "texture", "contact_name", "contact_relation", "contact_phone")  # fmt: skip


def _export_rows(people: list[Resident]) -> list[list[Any]]:
    doors = grid_queries.addresses(db.session(), [one.household_id for one in people])
    held: dict[int, list[str]] = {}
    for start in range(0, len(people), 1000):
        some = people[start : start + 1000]
        held |= queries.tags_of(db.session(), [one.id for one in some], today())
    return [_export_row(one, doors.get(one.household_id or 0), held) for one in people]


def _export_row(
    one: Resident, door: grid_queries.Address | None, held: dict[int, list[str]]
) -> list[Any]:
    place = (*door.place.names, door.room) if door else ("", "", "", "", "")
    return [
        one.name,
        one.id_number_last4,
        str(names.GENDERS[one.gender]),
        one.birthday,
        one.phone,
        *place,
        one.hukou_city,
        one.hukou_district,
        one.hukou_town,
        str(names.MOBILITIES[one.mobility]),  # type: ignore[index]
        str(names.TEXTURES[one.texture]),  # type: ignore[index]
        one.contact_name,
        one.contact_relation,
        one.contact_phone,
        "、".join(names.of_diets(one.diets)),
        "、".join(names.of_tag(tag) for tag in held.get(one.id, [])),
    ]


def _status() -> str:
    asked = request.args.get("status", "")
    return asked if asked in (Status.MOVED, Status.DECEASED) else Status.ACTIVE


def download(data: bytes, name: str) -> Any:
    """A workbook as a file to keep."""
    return send_file(
        io.BytesIO(data), mimetype=_XLSX, as_attachment=True, download_name=f"{name}.xlsx"
    )
