"""The four-level grid: communities, compounds, buildings, units, and who answers for each."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.flashes import tell
from canteen.blueprints.residents import names
from canteen.blueprints.residents.blueprint import DESK, OFFICE
from canteen.blueprints.residents.forms import (
    NewNodeForm,
    NodeForm,
    NodesForm,
    PointForm,
    PointsForm,
)
from canteen.foundation.database import db
from canteen.foundation.geography import System
from canteen.foundation.wording import Refusal, say
from canteen.residents import grid, grid_actions, grid_queries, placing
from canteen.residents.addresses import numbered_names
from canteen.residents.models import GridNode, Level

blueprint = Blueprint("grid", __name__, url_prefix="/grid")

_AFTER = {Level.BUILDING: "栋", Level.UNIT: "单元"}
_LIFT = {"yes": True, "no": False}


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Names of the levels."""
    return names.for_templates()


@blueprint.get("")
@allow(*OFFICE)
def communities() -> Any:
    """The top of the tree."""
    return _node_page(None)


@blueprint.get("/<int:node_id>")
@allow(*OFFICE)
def node(node_id: int) -> Any:
    """One place: its leader, and what stands below it."""
    return _node_page(db.get_or_404(GridNode, node_id))


@blueprint.post("/<int:node_id>")
@allow(*OFFICE)
def change(node_id: int) -> Any:
    """Set name, leader and lift."""
    found = db.get_or_404(GridNode, node_id)
    form = NodeForm()
    if not form.validate_on_submit():
        return _node_page(found, form=form), 400
    refusal = grid_actions.change_node(
        node_id=node_id,
        name=form.name.data or "",
        leader_name=form.leader_name.data or "",
        leader_phone=form.leader_phone.data or "",
        has_lift=_LIFT.get(form.has_lift.data or ""),
        now=now(),
        by=staff_id(),
    )
    if refusal:
        return _node_page(db.get_or_404(GridNode, node_id), form=form, said=say(refusal)), 409
    return _saved(node_id, _("已保存"))


@blueprint.post("/<int:node_id>/point")
@allow(*OFFICE)
def point(node_id: int) -> Any:
    """Set where a place is, or forget it."""
    found = db.get_or_404(GridNode, node_id)
    form = PointForm()
    if not form.validate_on_submit():
        return _node_page(found, point=form), 400
    refusal = placing.place_node(
        node_id=node_id,
        text=form.point.data or "",
        system=System(form.system.data),
        now=now(),
        by=staff_id(),
    )
    if refusal:
        found = db.get_or_404(GridNode, node_id)
        return _node_page(found, point=form, point_said=say(refusal)), 409
    return _saved(node_id, _("已保存"))


@blueprint.get("/coordinates")
@allow(*OFFICE)
def coordinates() -> Any:
    """Where many places are, pasted from a sheet; which have no point yet."""
    return _coordinates_page(PointsForm(formdata=None), [])


@blueprint.post("/coordinates")
@allow(*OFFICE)
def coordinates_import() -> Any:
    """Set many points at once, all or none."""
    form = PointsForm()
    if not form.validate_on_submit():
        return _coordinates_page(form, []), 400
    done = placing.place_many(
        site_id=current_site().id,
        text=form.lines.data or "",
        system=System(form.system.data),
        now=now(),
        by=staff_id(),
    )
    if isinstance(done, list):
        return _coordinates_page(form, [(one, say(one.refusal)) for one in done]), 409
    flash(_("已记下 %(count)s 处坐标", count=done), "good")
    return redirect(url_for("grid.coordinates"))


@blueprint.post("/children", defaults={"node_id": None})
@blueprint.post("/<int:node_id>/children")
@allow(*OFFICE)
def add_child(node_id: int | None) -> Any:
    """One more place below."""
    return _add(node_id, [request.form.get("name", "")], 0)


@blueprint.post("/<int:node_id>/series")
@allow(*OFFICE)
def add_several(node_id: int) -> Any:
    """Several at once: buildings 1 to 15, each with its units."""
    form = NodesForm()
    if not form.validate_on_submit():
        return _node_page(db.get_or_404(GridNode, node_id), several=form), 400
    wanted = numbered_names(
        form.first.data or 0,
        form.last.data or 0,
        before=form.before.data or "",
        after=form.after.data or "",
    )
    if isinstance(wanted, Refusal):
        return _not_done(node_id, wanted)
    return _add(node_id, wanted, form.units.data or 0)


@blueprint.post("/<int:node_id>/removal")
@allow(*OFFICE)
def removal(node_id: int) -> Any:
    """Take away a place that was made by mistake."""
    found = db.get_or_404(GridNode, node_id)
    parent_id = found.parent_id
    refusal = grid_actions.remove_node(node_id=node_id, now=now(), by=staff_id())
    return _not_done(node_id, refusal) if refusal else _saved(parent_id, _("已删除"))


@blueprint.get("/units")
@allow(*DESK)
def units() -> Any:
    """Units that a typed place may mean, for the registration form."""
    found = grid_queries.units_named(db.session(), request.args.get("q", ""))
    return jsonify(units=[place.label for place in found.values()])


def _add(node_id: int | None, wanted: Sequence[str], unit_count: int) -> Any:
    if node_id is not None:
        db.get_or_404(GridNode, node_id)
    made = grid_actions.add_nodes(
        parent_id=node_id, names=wanted, units=unit_count, now=now(), by=staff_id()
    )
    if isinstance(made, Refusal):
        return _not_done(node_id, made)
    return _saved(node_id, _("新加了 %(count)s 处", count=made))


def _node_page(found: GridNode | None, **more: Any) -> str:
    level = grid.level_below(found.level) if found else Level.COMMUNITY
    children = grid_queries.children(
        db.session(), found, deep=found is not None and found.level == Level.COMPOUND
    )
    return render_template(
        "residents/node.html",
        **{
            "node": found,
            "way": grid_queries.way_to(db.session(), found) if found else (),
            "children": children,
            "below": level,
            "people": grid_queries.people_below(db.session(), found)
            if found and found.level in (Level.BUILDING, Level.UNIT)
            else None,
            "form": _node_form(found),
            "new": NewNodeForm(formdata=None),
            "several": NodesForm(formdata=None, data=_series(level)),
            "said": None,
            "point": _point_form(found),
            "point_said": None,
            **more,
        },
    )


def _series(level: Level | None) -> dict[str, Any]:
    return {
        "first": 1,
        "last": 15 if level == Level.BUILDING else 4,
        "after": _AFTER.get(level, "") if level else "",
        "units": 0,
    }


def _node_form(found: GridNode | None) -> NodeForm | None:
    if found is None:
        return None
    lift = {True: "yes", False: "no", None: ""}[found.has_lift]
    return NodeForm(
        formdata=None,
        data={
            "name": found.name,
            "leader_name": found.leader_name,
            "leader_phone": found.leader_phone,
            "has_lift": lift,
        },
    )


def _point_form(found: GridNode | None) -> PointForm:
    """The point there is, in the system in which it is kept."""
    if found is None or found.latitude is None:
        return PointForm(formdata=None)
    text = f"{found.longitude:.6f}, {found.latitude:.6f}"
    return PointForm(formdata=None, data={"point": text, "system": System.WGS84.value})


def _coordinates_page(form: PointsForm, wrong: Sequence[Any]) -> str:
    session = db.session()
    return render_template(
        "residents/coordinates.html",
        form=form,
        wrong=wrong,
        site=current_site(),
        coverage=grid_queries.buildings_placed(session),
        missing=grid_queries.buildings_without_point(session),
    )


def _address_of(node_id: int | None) -> str:
    return url_for("grid.node", node_id=node_id) if node_id else url_for("grid.communities")


def _saved(node_id: int | None, sentence: str) -> Any:
    flash(sentence, "good")
    return redirect(_address_of(node_id))


def _not_done(node_id: int | None, refusal: Refusal) -> Any:
    tell(refusal)
    return redirect(_address_of(node_id))
