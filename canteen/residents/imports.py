"""A register in a file: which columns it has, and what each row says. Reads, changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from canteen.foundation.spreadsheets import Cell, Header, Row, Step, Table, find_header
from canteen.foundation.wording import Refusal
from canteen.residents import vocabulary
from canteen.residents.addresses import Place, check_node_name, check_room
from canteen.residents.identity import parse_date
from canteen.residents.models import Level
from canteen.residents.rules import (
    Person,
    Problem,
    plain_text,
    read_person,
    split_words,
)
from canteen.residents.tag_rules import check_tag

COLUMNS: Mapping[str, Collection[str]] = {
    "name": ("姓名", "名字", "老人姓名", "name"),
    "id_number": ("身份证号", "身份证", "身份证号码", "公民身份号码", "ID number", "ID card"),
    "birthday": ("出生日期", "生日", "出生年月日", "birthday", "date of birth"),
    "gender": ("性别", "gender", "sex"),
    "phone": ("电话", "手机", "手机号", "本人电话", "phone", "mobile"),
    "community": ("社区", "community"),
    "compound": ("小区", "compound", "estate"),
    "building": ("楼栋", "楼号", "栋", "building"),
    "unit": ("单元", "unit"),
    "room": ("房号", "室", "门牌", "room"),
    "hukou_city": ("户籍市", "hukou city", "registered city"),
    "hukou_district": ("户籍区", "户籍区县", "hukou district", "registered district"),
    "hukou_town": ("户籍街道", "户籍乡镇", "hukou town", "registered town"),
    "tags": ("标签", "人员类别", "困难类型", "tags", "tag"),
    "evidence": ("标签证明", "证明", "证件", "tag evidence", "evidence"),
    "valid_from": ("标签起", "标签开始", "tag from", "valid from"),
    "valid_until": ("标签止", "标签结束", "tag until", "valid until"),
    "diets": ("忌口", "饮食", "diet", "diets"),
    "texture": ("质地", "软硬", "texture"),
    "mobility": ("行动", "行动能力", "mobility"),
    "contact_name": ("紧急联系人", "联系人", "emergency contact", "contact"),
    "contact_relation": ("关系", "与本人关系", "relation"),
    "contact_phone": ("联系电话", "联系人电话", "紧急联系电话", "contact phone"),
}
"""Field to headings, the usual one first: in any order, in either language."""

MOST_ROWS = 20_050
"""20,000 people, and the headings above them."""

EXAMPLE: Mapping[str, str] = {
    "name": "王秀英（示例，请删）",
    "id_number": "",
    "birthday": "1944-03-05",
    "gender": "女",
    "phone": "13800000101",
    "community": "金牛社区",
    "compound": "金牛小区",
    "building": "2栋",
    "unit": "1单元",
    "room": "501",
    "hukou_city": "南昌市",
    "hukou_district": "青云谱区",
    "hukou_town": "金牛街道",
    "tags": "低保、独居",
    "evidence": "低保证 2026-031，区民政局",
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
    "diets": "少盐、少糖",
    "texture": "软食",
    "mobility": "上下楼困难",
    "contact_name": "王小明",
    "contact_relation": "儿子",
    "contact_phone": "13900000102",
}
_ADDRESS = ("community", "compound", "building", "unit")
_PLAIN = ("name", "id_number", "gender", "phone", "hukou_city", "hukou_district", "hukou_town",
          "diets", "texture", "mobility", "contact_name", "contact_relation",
          "contact_phone")  # fmt: skip


@dataclass(frozen=True)
class TagRow:
    """The tags a row gives, with one evidence and one stretch of days."""

    tags: tuple[str, ...]
    evidence: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class RowRead:
    """One row, understood. `number` is Excel's; `given` names the fields that hold something."""

    number: int
    person: Person
    place: Place | None
    room: str
    tags: TagRow | None
    given: frozenset[str]


@dataclass(frozen=True)
class WrongRow:
    """One row that cannot be taken, with every reason. `name` as written, for the eye."""

    number: int
    name: str
    problems: Sequence[Problem]


@dataclass(frozen=True)
class FileRead:
    """A whole file: rows understood, rows refused, headings that mean nothing to us."""

    rows: Sequence[RowRead]
    wrong: Sequence[WrongRow]
    unknown_headings: Sequence[str] = field(default=())


def read_file(table: Table, *, today: date, step: Step | None = None) -> FileRead | Refusal:
    """Understand every row of an uploaded table, or refuse its headings.

    `step` hears how many rows are understood of how many; what it raises ends it.
    Codes: those of `find_header`, and sheet_no_rows where nothing stands below them.
    """
    header = find_header(table.rows, COLUMNS, required=("name",))
    if isinstance(header, Refusal):
        return header
    rows: list[RowRead] = []
    wrong: list[WrongRow] = []
    for index in range(header.first_row, len(table.rows)):
        row = table.rows[index]
        if step:
            step(index, len(table.rows))
        if not row:
            continue
        read = _read_row(header, row, index + 1, today)
        (rows if isinstance(read, RowRead) else wrong).append(read)  # type: ignore[arg-type]
    if not rows and not wrong:
        return Refusal("sheet_no_rows")
    return _without_repeats(rows, wrong, header.unknown)


def _without_repeats(
    rows: Sequence[RowRead], wrong: list[WrongRow], unknown: tuple[str, ...]
) -> FileRead:
    """The same person twice in one file would hide what of the two is true."""
    seen: dict[Any, int] = {}
    kept: list[RowRead] = []
    for row in rows:
        who = row.person.id_number or (row.person.name, row.person.birthday, row.place, row.room)
        if (first := seen.setdefault(who, row.number)) == row.number:
            kept.append(row)
        else:
            problem = Problem("row", row.person.name, Refusal("row_repeats", {"row": first}))
            wrong.append(WrongRow(row.number, row.person.name, [problem]))
    wrong.sort(key=lambda one: one.number)
    return FileRead(kept, wrong, unknown)


def _read_row(header: Header, row: Row, number: int, today: date) -> RowRead | WrongRow:
    cells = {name: header.cell(row, name) for name in header.columns}
    problems = [
        Problem(name, _shown(name, cell), cell.problem)
        for name, cell in cells.items()
        if cell.problem
    ]
    broken = {problem.field for problem in problems}
    cells = {name: cell for name, cell in cells.items() if cell.kind != "empty"}
    sound = {name: cell for name, cell in cells.items() if name not in broken}
    typed: dict[str, Any] = {name: sound[name].text for name in _PLAIN if name in sound}
    if "birthday" in sound:
        typed["birthday"] = _date_value(sound["birthday"])
    person = read_person(typed, today=today)
    if isinstance(person, list):
        problems += [one for one in person if not _follows(one, broken)]
    place, room = _address(sound, broken, problems)
    birthday = person.birthday if isinstance(person, Person) else None
    tags = _tags(sound, broken, birthday, problems)
    if problems or isinstance(person, list):
        name = cells["name"].text[:40] if "name" in cells else ""
        return WrongRow(number, name, problems)
    return RowRead(number, person, place, room, tags, frozenset(cells))


def _shown(name: str, cell: Cell) -> str:
    return f"…{cell.text[-4:]}" if name == "id_number" else cell.text[:40]


def _follows(problem: Problem, broken: set[str]) -> bool:
    """Whether a complaint only repeats that a cell was unreadable."""
    if problem.field in broken:
        return True
    return problem.refusal.code == "birthday_missing" and "id_number" in broken


def _date_value(cell: Cell) -> Any:
    return cell.value if cell.kind in ("date", "number") else cell.text


def _address(
    cells: Mapping[str, Cell], broken: set[str], problems: list[Problem]
) -> tuple[Place | None, str]:
    given = [name for name in (*_ADDRESS, "room") if name in cells]
    if not given or broken & {*_ADDRESS, "room"}:
        return None, ""
    names = []
    for name, level in zip(_ADDRESS, Level, strict=True):
        text = cells[name].text if name in cells else ""
        found = check_node_name(text, level)
        if isinstance(found, Refusal):
            code = "address_incomplete" if found.code == "node_name_missing" else found.code
            problems.append(Problem(name, text[:40], Refusal(code, found.facts)))
        else:
            names.append(found)
    text = cells["room"].text if "room" in cells else ""
    room = check_room(text)
    if isinstance(room, Refusal):
        problems.append(Problem("room", text[:40], room))
        return None, ""
    return (Place(*names) if len(names) == 4 else None), room


def _tags(
    cells: Mapping[str, Cell],
    broken: set[str],
    birthday: date | None,
    problems: list[Problem],
) -> TagRow | None:
    if "tags" not in cells or broken & {"evidence", "valid_from", "valid_until"}:
        return None
    before = len(problems)
    codes = []
    for word in split_words(cells["tags"].text):
        code = vocabulary.tag_of(word)
        if code:
            codes.append(code)
        else:
            unknown = Refusal("tag_unknown", {"value": word[:20]})
            problems.append(Problem("tags", cells["tags"].text[:40], unknown))
    evidence = plain_text(cells["evidence"].text if "evidence" in cells else "", 200)
    since = _day(cells, "valid_from", problems) if "valid_from" in cells else None
    until = _day(cells, "valid_until", problems) if "valid_until" in cells else None
    if since is None and "valid_from" not in cells:
        problems.append(Problem("valid_from", "", Refusal("tag_start_missing")))
    if isinstance(evidence, Refusal):
        problems.append(Problem("evidence", cells["evidence"].text[:40], evidence))
    if len(problems) > before or since is None or isinstance(evidence, Refusal):
        return None
    for code in codes:
        refusal = check_tag(
            tag=code, valid_from=since, valid_until=until, evidence=evidence, birthday=birthday
        )
        if refusal:
            at = "evidence" if refusal.code == "evidence_missing" else "valid_until"
            at = "valid_from" if refusal.code == "tag_before_birth" else at
            problems.append(Problem(at, cells[at].text[:40] if at in cells else "", refusal))
            return None
    return TagRow(tuple(dict.fromkeys(codes)), evidence, since, until) if codes else None


def _day(cells: Mapping[str, Cell], name: str, problems: list[Problem]) -> date | None:
    found = parse_date(_date_value(cells[name]))
    if isinstance(found, Refusal):
        problems.append(Problem(name, cells[name].text[:40], found))
        return None
    return found
