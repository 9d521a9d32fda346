"""What the tests of the policy pages share: nanchang taken up at 金牛食堂, a draft of it."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from canteen.blueprints.subsidies.editor.layout import lay_out
from canteen.foundation.database import db
from canteen.subsidies.actions import adopt_policy, publish_policy
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.models import PolicyDraft, PolicyVersion
from canteen.subsidies.policy import Policy
from canteen.subsidies.shelf import shipped_policies
from canteen.subsidies.tree import Tree, read_tree
from tests.people import NOW, make_site, make_zhangjie, sign_in


def settle_by(site_id: int, code: str = "nanchang", *, since: date = date(2026, 1, 1)) -> None:
    """Publish a shipped policy and let a site settle by it."""
    publish_policy(document=shipped_policies()[code].document, now=NOW, by=None)
    assert (
        adopt_policy(site_id=site_id, policy_code=code, valid_from=since, valid_until=None) is None
    )


def manager_at_work(client: FlaskClient) -> int:
    """张姐, signed in at a canteen that settles by nanchang. The site's id."""
    site_id = make_site()
    make_zhangjie(site_id)
    settle_by(site_id)
    sign_in(client, "zhangjie")
    return site_id


def begin_draft(client: FlaskClient, code: str = "nanchang", version: int | None = 1) -> int:
    """A draft made through the page. Its id."""
    data: dict[str, Any] = {"code": code}
    if version is not None:
        data["version"] = version
    answer = client.post("/policies/drafts", data=data)
    assert answer.status_code == 302, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def draft_row(draft_id: int) -> PolicyDraft | None:
    """The draft as it is stored now."""
    db.session.rollback()
    return db.session.get(PolicyDraft, draft_id)


def stored(draft_id: int) -> str:
    """The document of a draft."""
    row = draft_row(draft_id)
    assert row is not None
    return row.document


def tree_of(draft_id: int) -> Tree:
    """The document of a draft as a tree."""
    tree = read_tree(stored(draft_id))
    assert tree is not None
    return tree


def policy_of(draft_id: int) -> Policy:
    """What a sound draft says."""
    return parse_policy(stored(draft_id))


def form_of(draft_id: int, **changes: Any) -> MultiDict[str, Any]:
    """The form as a browser would post it, with some fields typed over (path by path)."""
    row = draft_row(draft_id)
    assert row is not None
    posted: MultiDict[str, Any] = MultiDict({"changes": str(row.changes)})
    for group in lay_out(tree_of(draft_id)):
        for field in group.fields():
            posted.setlist(field.path, field.shown or [""])
    for path, value in changes.items():
        posted.setlist(path, value if isinstance(value, list) else [value])
    return posted


def save(client: FlaskClient, draft_id: int, **changes: Any) -> Any:
    """Post the form with some fields typed over."""
    return client.post(f"/policies/drafts/{draft_id}", data=form_of(draft_id, **changes))


def versions() -> list[tuple[str, int]]:
    """Every published version."""
    db.session.rollback()
    rows = db.session.query(PolicyVersion.code, PolicyVersion.version)
    return sorted((code, number) for code, number in rows)
