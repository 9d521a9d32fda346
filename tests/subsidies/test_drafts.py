"""A new version from an old one: the form, its mistakes, structure, text, two people at once."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from canteen.blueprints.subsidies import editor
from canteen.foundation.database import db
from canteen.subsidies import drafts as drafts_module
from canteen.subsidies.drafts import begin_draft as begin
from canteen.subsidies.models import PolicyDraft
from canteen.subsidies.shelf import shipped_policies
from canteen.subsidies.tree import get, name_in
from tests.people import NOW
from tests.subsidies.pages import (
    begin_draft,
    draft_row,
    form_of,
    manager_at_work,
    policy_of,
    save,
    settle_by,
    stored,
    tree_of,
)

NANCHANG = shipped_policies()["nanchang"]


def drafts() -> list[PolicyDraft]:
    db.session.rollback()
    return db.session.query(PolicyDraft).all()


def test_a_new_version_begins_as_the_old_one_with_the_next_number(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    old, new = NANCHANG.policy, policy_of(draft_id)
    assert new.version == 2
    assert (new.rules, new.terms, new.silences) == (old.rules, old.terms, old.silences)


def test_begun_twice_is_one_draft(client: FlaskClient) -> None:
    manager_at_work(client)
    assert begin_draft(client) == begin_draft(client)
    assert len(drafts()) == 1


@pytest.mark.parametrize("data", [{}, {"code": "mars"}, {"code": "nanchang", "version": "9"},
                                  {"code": "nanchang", "version": "x"}])  # fmt: skip
def test_a_draft_of_nothing_is_not_found(client: FlaskClient, data: dict[str, str]) -> None:
    manager_at_work(client)
    assert client.post("/policies/drafts", data=data).status_code == 404
    assert drafts() == []


@pytest.mark.parametrize("code", list(shipped_policies()))
def test_saving_the_form_as_it_is_leaves_the_policy_equal(client: FlaskClient, code: str) -> None:
    manager_at_work(client)
    number = 1 if code == "nanchang" else None
    draft_id = begin_draft(client, code, number)
    before = policy_of(draft_id)
    page = client.get(f"/policies/drafts/{draft_id}")
    assert page.status_code == 200
    assert "notice warn" not in page.text
    for _again in range(2):
        assert save(client, draft_id).status_code == 302
    assert policy_of(draft_id) == before


def test_two_yuan_become_three(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(client, draft_id, **{"rule[1].bands[1].effect.yuan": "3"})
    assert policy_of(draft_id).rules[0].bands[0].effect.fen == 300
    page = client.get(f"/policies/drafts/{draft_id}").text
    assert "70 至 79 岁，每餐减 3 元，区财政承担" in page


CHANGES: list[tuple[str, str, Any, Any]] = [
    ("nanchang", "name.zh", "南昌新补贴", lambda p: p.name.zh == "南昌新补贴"),
    ("nanchang", "source", "区民政局 2026 年 9 号文", lambda p: p.source.endswith("9 号文")),
    ("nanchang", "valid_until", "2027-12-31", lambda p: p.valid_until == date(2027, 12, 31)),
    ("nanchang", "valid_from", "2026-12-01", lambda p: p.valid_from == date(2026, 12, 1)),
    ("nanchang", "rule[1].bands[1].effect.yuan", "２.５０元",
     lambda p: p.rules[0].bands[0].effect.fen == 250),
    ("nanchang", "rule[2].who[1].tags_any", ["tekun", "dibao_edge"],
     lambda p: p.rules[1].who[0].tags_any == ("tekun", "dibao_edge")),
    ("nanchang", "rule[2].who[1].in_institution", "",
     lambda p: p.rules[1].who[0].in_institution is None),
    ("nanchang", "rule[2].who[2].hukou_in", "南昌市/青云谱区\n南昌市/西湖区",
     lambda p: p.rules[1].who[1].hukou_in == (("南昌市", "青云谱区"), ("南昌市", "西湖区"))),
    ("nanchang", "rule[1].when.periods", [""], lambda p: p.rules[0].when.periods == ()),
    ("nanchang", "rule[1].when.weekdays", ["1", "5"],
     lambda p: p.rules[0].when.weekdays == (1, 5)),
    ("nanchang", "terms.rounding", "down", lambda p: p.terms.rounding == "down"),
    ("guangzhou", "rule[1].effect.percent", "30%",
     lambda p: p.rules[0].bands[0].effect.basis_points == 3000),
    ("guangzhou", "rule[1].effect.ceiling_yuan", "",
     lambda p: p.rules[0].bands[0].effect.ceiling_fen is None),
    ("tianjin", "cap[2].meals", "6", lambda p: p.caps[1].meals == 6),
    ("tianjin", "rule[1].when.spend.at_least_yuan", "",
     lambda p: p.rules[0].when.spend is None),
    ("tianjin", "grant[1].yuan", None, None),
    ("shenzhen", "grant[1].yuan", "2.5", lambda p: p.grants[0].fen == 250),
    ("shenzhen", "cap[3].site_in", "深圳市/龙华区",
     lambda p: p.caps[2].site_in == (("深圳市", "龙华区"),)),
    ("xuyi", "rule[1].when.windows[1].until", "09:30",
     lambda p: p.rules[0].when.windows[0].end.minute == 30),
]  # fmt: skip


@pytest.mark.parametrize(("code", "path", "typed", "came_out"), CHANGES)
def test_a_field_changes_what_it_says(
    client: FlaskClient, code: str, path: str, typed: Any, came_out: Any
) -> None:
    if came_out is None:
        return
    manager_at_work(client)
    draft_id = begin_draft(client, code, 1 if code == "nanchang" else None)
    assert save(client, draft_id, **{path: typed}).status_code == 302
    assert came_out(policy_of(draft_id)), stored(draft_id)


MISTAKES = [
    ("rule[1].bands[1].effect.yuan", "两块"),
    ("rule[1].bands[1].effect.yuan", "-2"),
    ("rule[1].bands[1].effect.yuan", "2.555"),
    ("rule[1].bands[1].effect.yuan", "1e9"),
    ("rule[1].bands[1].effect.yuan", "NaN"),
    ("rule[1].bands[1].effect.yuan", ""),
    ("rule[1].bands[1].effect.yuan", "0"),
    ("rule[1].bands[1].age_from", "七十"),
    ("rule[1].bands[1].age_from", "75.5"),
    ("rule[1].bands[1].age_from", "81"),
    ("rule[1].bands[1].age_below", "75"),
    ("rule[1].bands[1].age_below", ""),
    ("rule[1].bands[1].effect.kind", "给钱"),
    ("rule[1].funder", "mars"),
    ("rule[1].funder", "city"),
    ("rule[1].funder", ""),
    ("rule[1].stage", "0"),
    ("rule[1].code", "大写 CODE"),
    ("rule[1].name.zh", "   "),
    ("rule[1].when.days", "holidays"),
    ("rule[1].when.weekdays", ["8"]),
    ("rule[1].when.dates", "2026-02-30"),
    ("rule[1].when.days_of_month", "32"),
    ("rule[1].when.spend.at_least_yuan", "10"),
    ("rule[2].who[1].tags_any", ["unicorn"]),
    ("rule[2].who[1].hukou_in", "南昌市//青云谱区"),
    ("rule[2].who[1].in_institution", "maybe"),
    ("valid_from", "明天"),
    ("valid_from", ""),
    ("valid_until", "2020-01-01"),
    ("valid_until", "31.12.2027"),
    ("funders", ["district", "city"]),
    ("funders", [""]),
    ("version", "1"),
    ("version", "第二版"),
    ("terms.overlap", ""),
    ("terms.rounding", "sideways"),
    ("place", ""),
    ("source", ""),
    ("silence[1].zh", ""),
]


@pytest.mark.parametrize(("path", "typed"), MISTAKES)
def test_a_mistake_is_kept_named_beside_its_field_and_bars_publishing(
    client: FlaskClient, path: str, typed: Any
) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    assert save(client, draft_id, **{path: typed}).status_code == 302
    page = client.get(f"/policies/drafts/{draft_id}").text
    assert "mistake-list" in page
    assert 'class="mistakes"' in page, "no field says what is wrong"
    for text in typed if isinstance(typed, list) else [typed]:
        if text.strip() and path != "rule[1].bands[1].age_below":
            assert f'value="{text}"' in page or f">{text}</textarea>" in page, "what was typed"
    publication = client.get(f"/policies/drafts/{draft_id}/publication").text
    assert 'name="valid_from"' not in publication
    assert "算一算" not in client.get(f"/policies/drafts/{draft_id}/bench").text
    assert save(client, draft_id).status_code == 302  # and is kept once more
    assert client.get(f"/policies/drafts/{draft_id}").text.count("<li>") == page.count("<li>")


STRUCTURE = [
    ("add:rule[1].bands", lambda t: len(get(t, "rule[1].bands")) == 3),
    ("remove:rule[1].bands[2]", lambda t: len(get(t, "rule[1].bands")) == 1),
    ("one:rule[1]", lambda t: get(t, "rule[1].effect.yuan") == 2),
    ("bands:rule[2]", lambda t: len(get(t, "rule[2].bands")) == 2),
    ("split:rule[1]", lambda t: len(get(t, "rule[1].split")) == 2),
    ("add:rule[2].who", lambda t: len(get(t, "rule[2].who")) == 3),
    ("remove:rule[2].who[2]", lambda t: len(get(t, "rule[2].who")) == 1),
    ("add:rule[1].who", lambda t: len(get(t, "rule[1].who")) == 1),
    ("add:rule[1].when.windows", lambda t: len(get(t, "rule[1].when.windows")) == 1),
    ("copy:rule[1]", lambda t: [r["code"] for r in t["rule"]] == ["age", "age-2", "hardship"]),
    ("remove:rule[1]", lambda t: [r["code"] for r in t["rule"]] == ["hardship"]),
    ("add:rule", lambda t: len(t["rule"]) == 3),
    ("add:cap", lambda t: len(t["cap"]) == 1),
    ("add:quota", lambda t: len(t["quota"]) == 1),
    ("add:pass", lambda t: len(t["pass"]) == 1),
    ("add:grant", lambda t: len(t["grant"]) == 1),
    ("add:top_up", lambda t: len(t["top_up"]) == 1),
    ("add:silence", lambda t: len(t["silence"]) == 3),
    ("remove:silence[1]", lambda t: len(t["silence"]) == 1),
]


@pytest.mark.parametrize(("change", "came_out"), STRUCTURE)
def test_parts_are_added_copied_and_removed(
    client: FlaskClient, change: str, came_out: Any
) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    answer = save(client, draft_id, change=change)
    assert answer.status_code == 302
    assert came_out(tree_of(draft_id)), stored(draft_id)
    assert client.get(f"/policies/drafts/{draft_id}").status_code == 200


@pytest.mark.parametrize(
    "change",
    ["add:", "add:rule[9].who", "copy:rule[9]", "remove:name", "remove:", "burn:rule[1]",
     "add:../../x", "add:rule[1].bands[1].effect", "one:rule[2]", "funder:rule[1]",
     "add:rule[2].bands", "copy:terms", "kind:rule[1].effect", "split:cap[1]"],
)  # fmt: skip
def test_an_unknown_change_changes_nothing(client: FlaskClient, change: str) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    before = policy_of(draft_id)
    assert save(client, draft_id, change=change).status_code == 302
    assert policy_of(draft_id) == before


def test_a_new_band_meets_the_last_one(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(client, draft_id, change="add:rule[1].bands")
    ages = [(band.age_from, band.age_below) for band in policy_of(draft_id).rules[0].bands]
    assert ages == [(70, 80), (80, 90), (90, None)]


def test_another_way_to_give_asks_for_what_it_needs_and_forgets_the_rest(
    client: FlaskClient,
) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(
        client, draft_id, **{"rule[2].effect.kind": "percent_off", "change": "kind:rule[2].effect"}
    )
    page = client.get(f"/policies/drafts/{draft_id}").text
    assert 'name="rule[2].effect.percent"' in page
    assert 'name="rule[2].effect.yuan"' not in page
    save(client, draft_id, **{"rule[2].effect.percent": "25", "rule[2].effect.of": "list"})
    save(client, draft_id, **{"rule[2].effect.ceiling_yuan": "3"})
    effect = policy_of(draft_id).rules[1].bands[0].effect
    assert (effect.kind, effect.basis_points, effect.ceiling_fen) == ("percent_off", 2500, 300)


def test_funders_share_as_the_form_says(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(client, draft_id, change="split:rule[2]")
    save(
        client, draft_id,
        **{"rule[2].split[2].funder": "city", "rule[2].split[1].percent": "40",
           "rule[2].split[2].percent": "60", "funders": ["city", "district", ""]},
    )  # fmt: skip
    shares = {each.funder: each.basis_points for each in policy_of(draft_id).rules[1].split}
    assert shares == {"district": 4000, "city": 6000}
    save(client, draft_id, **{"rule[2].split[2].percent": "50"})
    assert "各方比例之和应为 100" in client.get(f"/policies/drafts/{draft_id}").text


def test_a_form_from_an_older_save_is_refused_and_keeps_what_was_typed(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    stale = form_of(draft_id, **{"rule[1].bands[1].effect.yuan": "9"})
    save(client, draft_id, **{"rule[1].bands[1].effect.yuan": "3"})
    answer = client.post(f"/policies/drafts/{draft_id}", data=stale)
    assert answer.status_code == 409
    assert "没有保存" in answer.text
    assert 'value="9"' in answer.text
    assert policy_of(draft_id).rules[0].bands[0].effect.fen == 300
    text = client.post(
        f"/policies/drafts/{draft_id}/text", data={"document": "x = 1", "changes": "0"}
    )
    assert text.status_code == 409
    assert "x = 1" in text.text


@pytest.mark.parametrize("changes", ["", "x", "-1", "99999999999999"])
def test_a_form_without_its_count_saves_nothing(client: FlaskClient, changes: str) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    before = stored(draft_id)
    answer = client.post(f"/policies/drafts/{draft_id}", data={"changes": changes, "name.zh": "变"})
    assert answer.status_code in (302, 409)
    assert stored(draft_id) == before


def test_the_whole_text_can_be_written(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    document = stored(draft_id).replace("yuan = 2 ", "yuan = 2.5 ")
    address = f"/policies/drafts/{draft_id}/text"
    client.post(address, data={"document": document.replace("\n", "\r\n"), "changes": "0"})
    assert policy_of(draft_id).rules[0].bands[0].effect.fen == 250
    client.post(address, data={"document": "code = 'nanchang'\n[[rule", "changes": "1"})
    page = client.get(address).text
    assert "文件不是合法的 TOML" in page
    assert "[[rule" in page
    assert client.get(f"/policies/drafts/{draft_id}").headers["Location"].endswith("/text")
    for other in ("bench", "publication", "costs"):
        assert client.get(f"/policies/drafts/{draft_id}/{other}").status_code == 200


ODD = ["", "rule = 5", "rule = [1, 2]", "[[rule]]\nbands = 3", "[[rule]]\nbands = [1]",
       "[[rule]]\nwho = [7]\nsplit = [8]", "terms = 1", "name = 1", "funders = 5",
       '[[rule]]\nwhen = 3\neffect = "x"', "[[cap]]\nrule = [1]", "[[quota]]\ncode = {}",
       "[[pass]]\nname = 3", '"odd key" = 1\n"" = 2', "x = nan\ny = -inf\nz = 1e400",
       "t = 1979-05-27T07:32:00Z\nd = [[1, [2]], []]", "a.b.c = 1", "[[rule]]\n[[rule]]\n[[rule]]",
       "[[rule]]\nwhen.spend = 3", "[[rule]]\nwhen.windows = [1]", "[terms]\noverlap = [1]",
       'valid_from = 2026-01-01T00:00:00\nvalid_until = "never"',
       "[[rule]]\nwho = [{tags_any = 5}]",
       "[[rule]]\nstage = true\nname = { zh = 1, en = [] }", "hello",
       "[[rule]]\nwho = [{age_below = true}]"]  # fmt: skip


@pytest.mark.parametrize("document", ODD)
def test_no_document_breaks_a_page(client: FlaskClient, document: str) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    address = f"/policies/drafts/{draft_id}"
    client.post(f"{address}/text", data={"document": document, "changes": "0"})
    for other in ("", "/text", "/bench", "/publication", "/costs", "/document"):
        assert client.get(address + other, follow_redirects=True).status_code == 200, other
    if tree := _tree(draft_id):
        assert save(client, draft_id).status_code == 302
        again = _tree(draft_id)
        assert str(again) == str(tree) or "nan" in document
        for change, _outcome in STRUCTURE[::2]:
            assert save(client, draft_id, change=change).status_code == 302
        assert client.get(address).status_code == 200


def _tree(draft_id: int) -> Any:
    from canteen.subsidies.tree import read_tree

    return read_tree(stored(draft_id))


def test_a_draft_is_downloaded_as_it_stands(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    answer = client.get(f"/policies/drafts/{draft_id}/document")
    assert answer.text == stored(draft_id)
    assert "nanchang-2-draft.toml" in answer.headers["Content-Disposition"]


def test_a_draft_is_given_up(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    for _twice in range(2):
        assert client.post(f"/policies/drafts/{draft_id}/removal").status_code == 302
    assert drafts() == []
    assert client.get(f"/policies/drafts/{draft_id}").status_code == 404
    late = client.post(f"/policies/drafts/{draft_id}", data={"changes": "0"})
    assert late.headers["Location"].endswith("/policies")


def upload(client: FlaskClient, content: bytes, name: str = "mine.toml") -> Any:
    return client.post(
        "/policies/uploads",
        data={"file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def test_a_file_becomes_a_draft(client: FlaskClient) -> None:
    manager_at_work(client)
    mine = shipped_policies()["xuyi"].document.replace('code = "xuyi"', 'code = "mine"')
    assert "草稿" in upload(client, mine.encode("gb18030")).text
    (row,) = drafts()
    assert (row.code, row.version) == ("mine", 1)
    assert policy_of(row.id).rules == shipped_policies()["xuyi"].policy.rules
    again = upload(client, mine.encode())
    assert "已有一份草稿" in again.text
    assert len(drafts()) == 1


def test_a_file_of_a_published_version_gets_the_next_number(client: FlaskClient) -> None:
    manager_at_work(client)
    upload(client, NANCHANG.document.encode())
    (row,) = drafts()
    assert row.version == policy_of(row.id).version == 2
    assert row.document.startswith("# 南昌"), "comments stay"


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", "不是政策".encode(), b"version = 1", b'code = "BIG"', b"code = 7",
     b"\xff\xfe\xfa\x81", b"code = \"ok\"\n" + b"x = 1\n# " + b"y" * 300_000],
)  # fmt: skip
def test_a_file_that_is_no_policy_is_refused_in_words(client: FlaskClient, content: bytes) -> None:
    manager_at_work(client)
    page = upload(client, content)
    assert page.status_code == 200
    assert "notice bad" in page.text
    assert drafts() == []


def test_two_drafts_cannot_have_one_number(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    first = begin_draft(client)
    save(client, first, version="3")
    settle_by(site_id, "putuo")
    second = begin_draft(client)
    assert first != second
    answer = save(client, second, version="3")
    assert answer.status_code == 409
    assert "换一个版本号" in answer.text
    row = draft_row(second)
    assert row is not None
    assert row.version == 2


def test_the_action_counts_every_save(client: FlaskClient) -> None:
    manager_at_work(client)
    begun = begin(document=NANCHANG.document, now=NOW, by=1)
    assert isinstance(begun, tuple)
    for count in (0, 1, 2):
        row = draft_row(begun[0])
        assert row is not None
        assert row.changes == count
        save(client, begun[0])


def test_every_key_of_the_grammar_has_a_field() -> None:
    read = r'node(?:\.\w+)?\.\w+\(\s*"(\w+)"'
    product = Path(drafts_module.__file__).parent
    keys = {
        key
        for name in ("documents.py", "clauses.py")
        for key in re.findall(read, (product / name).read_text("utf-8"))
    }
    form = "".join(path.read_text("utf-8") for path in Path(editor.__file__).parent.glob("*.py"))
    assert len(keys) > 60
    assert sorted(key for key in keys if not re.search(rf'["./]{key}\b', form)) == []


def test_a_draft_goes_by_the_name_it_gives_itself_however_unfinished(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    english = {"Accept-Language": "en"}
    draft = f"/policies/drafts/{draft_id}"
    for address in ("/policies", draft, f"{draft}/text"):
        assert "南昌市老年助餐补贴" in client.get(address).text, address
        page = client.get(address, headers=english).text
        assert "Nanchang elder meal subsidy" in page, address
        assert ">nanchang</" not in page, address
    assert "南昌市老年助餐补贴</a>" not in client.get("/policies", headers=english).text
    assert name_in('code = "x"\nname = { zh = " 新办法 " }', "x") == ("新办法", "新办法")
    assert name_in("name = 3", "x") == name_in("not toml", "x") == ("x", "x")
