"""Drafts: begun from an old version, edited as a form or as text, downloaded, given up."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import now, staff_id
from canteen.blueprints.flashes import tell
from canteen.blueprints.subsidies.editor.forms import apply_form, document_of, sheet_of
from canteen.blueprints.subsidies.editor.parts import anchor
from canteen.blueprints.subsidies.editor.restructure import restructure
from canteen.blueprints.subsidies.forms import BeginForm, TextForm, UploadForm
from canteen.blueprints.subsidies.views import blueprint, send_document
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, Said, say
from canteen.staff.rules import Role
from canteen.subsidies import drafts, page_queries
from canteen.subsidies.models import PolicyDraft
from canteen.subsidies.policy import Policy
from canteen.subsidies.shelf import shipped_policies
from canteen.subsidies.tree import Tree, name_in, read_tree

NEXT = {"bench": "subsidies.draft_bench", "publication": "subsidies.publication"}
"""Where a save may lead besides back to the form."""


@blueprint.post("/drafts")
@allow(Role.MANAGER)
def begin() -> Any:
    """Begin a draft from a published version, or from a policy that ships."""
    form = BeginForm()
    document = _source(form.code.data or "", form.version.data) if form.validate() else None
    if document is None:
        abort(404)
    return _begun(drafts.begin_draft(document=document, now=now(), by=staff_id()))


@blueprint.post("/uploads")
@allow(Role.MANAGER)
def upload() -> Any:
    """Begin a draft from a file."""
    form = UploadForm()
    text = _text_of(form.file.data) if form.validate() and form.file.data else ""
    begun = drafts.begin_draft(document=text, now=now(), by=staff_id(), again=False)
    return _begun(begun)


def _begun(begun: tuple[int, bool] | Refusal) -> Any:
    if isinstance(begun, Refusal):
        tell(begun)
        return redirect(url_for("subsidies.policies"))
    draft_id, is_new = begun
    if not is_new:
        flash(_("这一版已经有人在写，接着他的草稿改"), "warn")
    return redirect(url_for("subsidies.draft", draft_id=draft_id))


def _source(code: str, version: int | None) -> str | None:
    if version is not None:
        row = page_queries.version_of(db.session(), code, version)
        return row.document if row else None
    found = shipped_policies().get(code)
    return found.document if found else None


def _text_of(file: Any) -> str:
    """A text file as utf-8, or as gb18030 if an old editor wrote it so; else nothing."""
    raw = file.read(4 * drafts.MOST_LETTERS + 1)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text: str = raw.decode(encoding)
            return "" if "\x00" in text else text
        except UnicodeDecodeError:
            continue
    return ""


@blueprint.get("/drafts/<int:draft_id>")
@allow(Role.MANAGER)
def draft(draft_id: int) -> Any:
    """The form of a draft."""
    row = draft_or_404(draft_id)
    tree = read_tree(row.document)
    if tree is None:
        return redirect(url_for("subsidies.draft_text", draft_id=draft_id))
    return _form_page(row, tree, row.document, changes=row.changes)


@blueprint.post("/drafts/<int:draft_id>")
@allow(Role.MANAGER)
def draft_save(draft_id: int) -> Any:
    """Save the form, right or wrong; carry out a change of structure that goes with it."""
    row = db.session.get(PolicyDraft, draft_id)
    tree = read_tree(row.document) if row else None
    changes = request.form.get("changes", type=int)
    if row is None or tree is None or changes is None:
        return _away(row)
    apply_form(tree, request.form)
    place = restructure(tree, request.form.get("change", ""))
    document = document_of(tree)
    saved = drafts.save_draft(draft_id=draft_id, changes=changes, document=document, now=now())
    if isinstance(saved, Refusal):
        return _refused(draft_id, saved, tree=tree, document=document, changes=changes)
    return _onwards(draft_id, place)


def _onwards(draft_id: int, place: str | None) -> Any:
    wanted = NEXT.get(request.form.get("next", ""))
    if wanted:
        return redirect(url_for(wanted, draft_id=draft_id))
    if place is None:
        flash(_("已保存"), "good")
        return redirect(url_for("subsidies.draft", draft_id=draft_id))
    return redirect(url_for("subsidies.draft", draft_id=draft_id, _anchor=f"g-{anchor(place)}"))


def _refused(draft_id: int, refusal: Refusal, *, tree: Tree, document: str, changes: int) -> Any:
    row = db.session.get(PolicyDraft, draft_id)
    if row is None:
        return _away(None)
    return _form_page(row, tree, document, changes=changes, said=say(refusal), status=409)


def _form_page(
    row: PolicyDraft,
    tree: Tree,
    document: str,
    *,
    changes: int,
    said: Said | None = None,
    status: int = 200,
) -> Any:
    policy, problems = drafts.examine_draft(db.session(), row, document)
    sheet = sheet_of(tree, policy, problems)
    return render_template(
        "subsidies/draft.html",
        draft=row,
        sheet=sheet,
        name=name_in(document, row.code),
        changes=changes,
        places=page_queries.known_places(db.session()),
        said=said,
    ), status


@blueprint.get("/drafts/<int:draft_id>/text")
@allow(Role.MANAGER)
def draft_text(draft_id: int) -> Any:
    """The whole document as text."""
    row = draft_or_404(draft_id)
    return _text_page(row, row.document, row.changes)


@blueprint.post("/drafts/<int:draft_id>/text")
@allow(Role.MANAGER)
def draft_text_save(draft_id: int) -> Any:
    """Save the text as it is."""
    form = TextForm()
    row = db.session.get(PolicyDraft, draft_id)
    if row is None or not form.validate() or form.changes.data is None:
        return _away(row)
    document = (form.document.data or "").replace("\r\n", "\n")
    changes = form.changes.data
    saved = drafts.save_draft(draft_id=draft_id, changes=changes, document=document, now=now())
    if isinstance(saved, Refusal):
        row = db.session.get(PolicyDraft, draft_id)
        return _text_page(row, document, changes, say(saved), 409) if row else _away(None)
    flash(_("已保存"), "good")
    return redirect(url_for("subsidies.draft_text", draft_id=draft_id))


def _text_page(
    row: PolicyDraft, document: str, changes: int, said: Said | None = None, status: int = 200
) -> Any:
    _policy, problems = drafts.examine_draft(db.session(), row, document)
    return render_template(
        "subsidies/draft_text.html",
        draft=row,
        document=document,
        changes=changes,
        problems=problems,
        said=said,
    ), status


@blueprint.get("/drafts/<int:draft_id>/document")
@allow(Role.MANAGER)
def draft_document(draft_id: int) -> Any:
    """The draft as a file."""
    row = draft_or_404(draft_id)
    return send_document(row.document, f"{row.code}-{row.version}-draft.toml")


@blueprint.post("/drafts/<int:draft_id>/removal")
@allow(Role.MANAGER)
def draft_removal(draft_id: int) -> Any:
    """Give a draft up."""
    drafts.give_up_draft(draft_id=draft_id)
    flash(_("草稿已放弃"), "good")
    return redirect(url_for("subsidies.policies"))


def draft_or_404(draft_id: int) -> PolicyDraft:
    """A draft that is still one."""
    return db.session.get(PolicyDraft, draft_id) or abort(404)


def policy_or_closed_page(row: PolicyDraft) -> Policy | str:
    """What a draft says; while anything is wrong with it, the page that leads back to it."""
    policy, problems = drafts.examine_draft(db.session(), row, row.document)
    if policy is None or problems:
        return render_template("subsidies/bench_closed.html", draft=row, count=len(problems))
    return policy


def _away(row: PolicyDraft | None) -> Any:
    """Somebody else published it or gave it up; or the form was no form of ours."""
    if row is not None:
        return redirect(url_for("subsidies.draft_text", draft_id=row.id))
    return to_policies()


def to_policies() -> Any:
    """Away from a draft that is none any more."""
    tell(Refusal("draft_gone"), "warn")
    return redirect(url_for("subsidies.policies"))
