"""A list of the dead and the moved, as offices send it: what each row says. Reads only.

One row is a person (name, and an ID number or the tail of a card or phone), what happened
and when. Some lists give the day of death and the day of moving away in two columns.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from canteen.foundation.spreadsheets import Cell, Header, Row, Step, Table, find_header
from canteen.foundation.wording import Refusal
from canteen.residents.identity import IdNumber, check_id_number, check_name, parse_date
from canteen.residents.imports import MOST_ROWS as MOST_ROWS
from canteen.residents.imports import WrongRow
from canteen.residents.models import Status
from canteen.residents.rules import Problem

COLUMNS: Mapping[str, Collection[str]] = {
    "name": ("姓名", "名字", "老人姓名", "死者姓名", "name"),
    "id_number": ("身份证号", "身份证", "身份证号码", "公民身份号码", "证件号码", "ID number"),
    "card": ("餐卡号", "卡号", "卡号后四位", "餐卡后四位", "card number", "card"),
    "phone": ("电话", "电话后四位", "手机", "手机号", "手机后四位", "联系电话", "phone", "mobile"),
    "status": ("情况", "状态", "去向", "核查结果", "变动原因", "原因", "类别", "status"),
    "date": ("日期", "变动日期", "发生日期", "注销日期", "时间", "date"),
    "died_on": ("死亡日期", "去世日期", "死亡时间", "去世时间", "火化日期", "date of death"),
    "moved_on": ("迁出日期", "迁移日期", "搬离日期", "迁出时间", "moved on"),
}
"""Field to headings, the usual one first."""

_WORDS: Mapping[Status, tuple[str, ...]] = {
    Status.DECEASED: ("去世", "死亡", "已故", "病故", "亡故", "身故", "已去世", "已死亡", "过世",
                      "逝世", "注销死亡", "死亡注销", "deceased", "died", "dead"),
    Status.MOVED: ("迁出", "已迁出", "搬走", "搬离", "迁移", "户口迁出", "户籍迁出", "迁往外地",
                   "搬家", "已搬走", "迁走", "moved", "moved away", "moved out"),
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """One row, understood. `card` and `phone` are last digits, or whole, as far as given."""

    number: int
    name: str
    id_number: str | None
    birthday: date | None
    """As the ID number says."""
    card: str
    phone: str
    status: Status
    ended_on: date


@dataclass(frozen=True)
class ReportFile:
    """A whole list: rows understood, rows refused, headings that mean nothing to us."""

    rows: Sequence[Report]
    wrong: Sequence[WrongRow]
    unknown_headings: Sequence[str] = ()


def read_reports(table: Table, *, today: date, step: Step | None = None) -> ReportFile | Refusal:
    """Understand every row of an uploaded list, or refuse its headings.

    Codes: those of `find_header`; sheet_no_rows where nothing stands below them. Of a row:
    those of names, ID numbers and dates; recheck_who_missing (neither number nor tail),
    recheck_status_missing, recheck_status_unknown, recheck_two_dates, ended_future, tail_form.
    """
    header = find_header(table.rows, COLUMNS, required=("name",))
    if isinstance(header, Refusal):
        return header
    rows: list[Report] = []
    wrong: list[WrongRow] = []
    for index in range(header.first_row, len(table.rows)):
        row = table.rows[index]
        if step:
            step(index, len(table.rows))
        if any(cell.kind != "empty" for cell in row):
            read = _read_row(header, row, index + 1, today)
            (rows if isinstance(read, Report) else wrong).append(read)  # type: ignore[arg-type]
    if not rows and not wrong:
        return Refusal("sheet_no_rows")
    return ReportFile(rows, wrong, header.unknown)


def status_of(word: str) -> Status | None:
    """What a word says has happened: ``病故`` is deceased; None if it says neither."""
    plain = "".join(word.split()).casefold()
    return next(
        (s for s, known in _WORDS.items() if plain in {"".join(k.split()) for k in known}), None
    )


class _Reading:
    """One row on its way: cells, and what is wrong with them."""

    def __init__(self, header: Header, row: Row) -> None:
        cells = {name: header.cell(row, name) for name in header.columns}
        self.cells = {name: cell for name, cell in cells.items() if cell.kind != "empty"}
        self.problems = [
            Problem(name, _shown(name, cell), cell.problem)
            for name, cell in self.cells.items()
            if cell.problem
        ]
        self.broken = {problem.field for problem in self.problems}

    def text(self, name: str) -> str:
        return self.cells[name].text.strip() if name in self.cells else ""

    def has(self, name: str) -> bool:
        return name in self.cells

    def refuse(self, name: str, refusal: Refusal) -> None:
        if name not in self.broken:
            self.broken.add(name)
            cell = self.cells.get(name)
            self.problems.append(Problem(name, _shown(name, cell) if cell else "", refusal))

    def take(self, name: str, found: Any) -> Any:
        if isinstance(found, Refusal):
            self.refuse(name, found)
            return None
        return found


def _read_row(header: Header, row: Row, number: int, today: date) -> Report | WrongRow:
    reading = _Reading(header, row)
    name = reading.take("name", check_name(reading.text("name")))
    paper: IdNumber | None = None
    if reading.has("id_number") and "id_number" not in reading.broken:
        paper = reading.take("id_number", check_id_number(reading.text("id_number"), today=today))
    card, phone = _tail(reading, "card"), _tail(reading, "phone")
    if not (reading.has("id_number") or reading.has("card") or reading.has("phone")):
        reading.refuse("id_number", Refusal("recheck_who_missing"))
    status, ended_on = _what_and_when(reading, today)
    if reading.problems or name is None or status is None or ended_on is None:
        return WrongRow(number, reading.text("name")[:40], reading.problems)
    return Report(
        number=number,
        name=name,
        id_number=paper.number if paper else None,
        birthday=paper.birthday if paper else None,
        card=card,
        phone=phone,
        status=status,
        ended_on=ended_on,
    )


def _tail(reading: _Reading, name: str) -> str:
    """The digits of a card or phone, four at least."""
    if not reading.has(name) or name in reading.broken:
        return ""
    digits = "".join(sign for sign in reading.text(name) if sign.isdigit() and sign.isascii())
    if len(digits) < 4:
        reading.refuse(name, Refusal("tail_form", {"value": reading.text(name)[:20]}))
    return digits


def _what_and_when(reading: _Reading, today: date) -> tuple[Status | None, date | None]:
    given = [one for one in ("died_on", "moved_on", "date") if reading.has(one)]
    status: Status | None = None
    if reading.has("status"):
        status = status_of(reading.text("status"))
        if status is None:
            value = {"value": reading.text("status")[:20]}
            reading.refuse("status", Refusal("recheck_status_unknown", value))
    own = {Status.DECEASED: "died_on", Status.MOVED: "moved_on"}
    if status is None and not reading.has("status"):
        named = [one for one in own if reading.has(own[one])]
        if len(named) == 1:
            status = named[0]
        else:
            code = "recheck_two_dates" if named else "recheck_status_missing"
            reading.refuse("status", Refusal(code))
            return None, None
    wanted = own[status] if status and reading.has(own[status]) else "date"
    if status and not reading.has(wanted) and given:
        reading.refuse(given[0], Refusal("recheck_date_elsewhere"))
        return status, None
    day = _day(reading, wanted)
    if day and day > today:
        reading.refuse(wanted, Refusal("ended_future", {"day": day.isoformat()}))
        return status, None
    return status, day


def _day(reading: _Reading, name: str) -> date | None:
    if name in reading.broken:
        return None
    cell = reading.cells.get(name)
    value = None
    if cell is not None:
        value = cell.value if cell.kind in ("date", "number") else cell.text
    found: date | None = reading.take(name, parse_date(value))
    return found


def _shown(name: str, cell: Cell) -> str:
    return f"…{cell.text[-4:]}" if name == "id_number" else cell.text[:40]
