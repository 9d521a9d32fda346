"""The text that volunteers accept."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.volunteering.forms import (
    AgreementForm,
)
from canteen.delivery.volunteering.agreements import agreement_on, save_agreement
from canteen.foundation.database import db
from canteen.foundation.wording import say
from canteen.staff.rules import Role


@blueprint.route("/delivery/agreement", methods=["GET", "POST"])
@allow(Role.MANAGER)
def agreement() -> Any:
    """The text volunteers accept, and a new one from a day on."""
    site_id = current_site().id
    held = agreement_on(db.session(), site_id=site_id, day=today())
    form = AgreementForm(
        data={"valid_from": today() + timedelta(days=1), "words": "\n".join(held.paragraphs)}
    )
    said = None
    if form.validate_on_submit() and form.valid_from.data:
        refusal = save_agreement(
            site_id=site_id, valid_from=form.valid_from.data, words=form.words.data or "",
            today=today(), by=staff_id(), now=now(),
        )  # fmt: skip
        if refusal is None:
            flash(_("已保存，从那天起每位志愿者要重新看一遍并同意"), "good")
            return redirect(url_for("delivery.agreement"))
        said = say(refusal)
    return render_template(
        "delivery/volunteering/agreement_text.html", agreement=held, form=form, said=said
    )
