"""Signing in and out, and who works here."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from canteen.blueprints.access import allow, public, signed_in
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.flashes import back_to
from canteen.blueprints.languages import CHINESE, COOKIE, ENGLISH
from canteen.blueprints.letters import SIZES, remember
from canteen.blueprints.signin import limiter
from canteen.blueprints.staff.forms import (
    ROLE_NAMES,
    NewPasswordForm,
    NewStaffForm,
    OwnPasswordForm,
    PinForm,
    SignInForm,
    StaffForm,
)
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.staff import actions, queries
from canteen.staff.models import Staff
from canteen.staff.pins import set_pin
from canteen.staff.rules import Role

blueprint = Blueprint("staff", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit("10/minute;60/hour", methods=["POST"])
def sign_in() -> Any:
    """The door."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("staff/sign_in.html", form=form, said=None)
    person = actions.verify_sign_in(
        username=form.username.data or "", password=form.password.data or ""
    )
    if isinstance(person, Refusal):
        return render_template("staff/sign_in.html", form=form, said=say(person)), 401
    session.clear()  # a session id from before the sign-in is worth nothing after it
    login_user(person)
    return redirect(own_address(request.args.get("next")) or url_for("home.today"))


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Any:
    """Leave; what the browser kept of this session goes too."""
    logout_user()
    session.clear()
    return redirect(url_for("staff.sign_in"))


@blueprint.post("/language")
@public
def change_language() -> Any:
    """Chinese or English, remembered in a cookie and, signed in, with the person."""
    language = request.form.get("language", "")
    if language not in (CHINESE, ENGLISH):
        abort(400)
    if current_user.is_authenticated:
        actions.set_locale(staff_id=staff_id(), locale=language)
    answer = redirect(own_address(request.form.get("next")) or url_for("home.today"))
    answer.set_cookie(COOKIE, language, max_age=400 * 86400, samesite="Lax", httponly=True)
    return answer


@blueprint.post("/letters")
@public
def change_letters() -> Any:
    """How large the letters are, remembered in a cookie; a page with scripts needs no answer."""
    size = request.form.get("letters", "")
    if size not in SIZES:
        abort(400)
    answer = redirect(own_address(request.form.get("next")) or url_for("home.today"))
    remember(answer, size)
    return answer


@blueprint.route("/own-password", methods=["GET", "POST"])
@signed_in
def own_password() -> Any:
    """Change one's own password."""
    form = OwnPasswordForm()
    said = None
    if form.validate_on_submit():
        refusal = actions.change_own_password(
            staff_id=staff_id(),
            old=form.old.data or "",
            password=form.password.data or "",
            now=now(),
        )
        if refusal is None:
            flash(_("密码已改，请用新密码登录"), "good")
            return redirect(url_for("staff.sign_in"))
        said = say(refusal)
    return render_template("staff/own_password.html", form=form, said=said)


@blueprint.route("/own-pin", methods=["GET", "POST"])
@allow(Role.CLERK, Role.MANAGER)
@limiter.limit("10/minute", methods=["POST"])
def own_pin() -> Any:
    """Give oneself a PIN to change over by at a counter, or take it away."""
    form = PinForm()
    said = None
    if form.validate_on_submit():
        pin = form.pin.data or ""
        refusal = set_pin(
            staff_id=staff_id(), password=form.password.data or "", pin=pin, now=now()
        )
        if refusal is None:
            flash(_("PIN 已设好") if pin else _("PIN 已取消"), "good")
            return redirect(url_for("home.today"))
        said = say(refusal)
    held = db.get_or_404(Staff, staff_id()).pin_hash != ""
    return render_template("staff/own_pin.html", form=form, said=said, held=held)


@blueprint.get("/staff")
@allow(Role.MANAGER, Role.ADMINISTRATOR)
def everybody() -> Any:
    """Who works at this site."""
    people = queries.everybody(db.session(), site_id=current_site().id)
    return render_template("staff/everybody.html", people=people, role_names=ROLE_NAMES)


@blueprint.route("/staff/new", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def new_staff() -> Any:
    """Add a person."""
    form = NewStaffForm()
    said = None
    if form.validate_on_submit():
        added = actions.add_staff(
            username=form.username.data or "",
            name=form.name.data or "",
            password=form.password.data or "",
            site_id=current_site().id,
            roles=[Role(role) for role in form.roles.data or []],
            now=now(),
            by=staff_id(),
        )
        if not isinstance(added, Refusal):
            flash(_("已添加 %(name)s", name=form.name.data), "good")
            return redirect(url_for("staff.everybody"))
        said = say(added)
    return render_template("staff/new_staff.html", form=form, said=said)


@blueprint.route("/staff/<int:person_id>", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def person(person_id: int) -> Any:
    """Change a person's name, roles, or whether they may sign in."""
    found = db.get_or_404(Staff, person_id)
    roles = sorted(found.roles_at(current_site().id))
    form = StaffForm(data={"name": found.name, "active": found.active, "roles": roles})
    said = None
    if form.validate_on_submit():
        refusal = actions.change_staff(
            staff_id=person_id,
            name=form.name.data or "",
            active=bool(form.active.data),
            site_id=current_site().id,
            roles=[Role(role) for role in form.roles.data or []],
            now=now(),
            by=staff_id(),
        )
        if refusal is None:
            flash(_("已保存"), "good")
            return redirect(url_for("staff.everybody"))
        said = say(refusal)
    return render_template(
        "staff/person.html", person=found, form=form, password_form=NewPasswordForm(), said=said
    )


@blueprint.post("/staff/<int:person_id>/password")
@allow(Role.ADMINISTRATOR)
def password(person_id: int) -> Any:
    """A new password for somebody who forgot theirs."""
    db.get_or_404(Staff, person_id)
    form, address = NewPasswordForm(), url_for("staff.person", person_id=person_id)
    if not form.validate_on_submit():
        return redirect(address)
    refusal = actions.set_password(
        staff_id=person_id, password=form.password.data or "", now=now(), by=staff_id()
    )
    return back_to(address, refusal, _("新密码已生效"))


def own_address(address: str | None) -> str | None:
    """An address of this site to go back to; anything that could lead elsewhere is dropped."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None
