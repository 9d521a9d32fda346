"""Tables in and out: uploads read as cells, headings found, workbooks and CSV written."""

from canteen.foundation.spreadsheets.cells import EMPTY, Cell, Row
from canteen.foundation.spreadsheets.headers import Header, find_header
from canteen.foundation.spreadsheets.reading import (
    Step,
    Table,
    check_file,
    in_silence,
    read_table,
    unpacked_bytes,
)
from canteen.foundation.spreadsheets.writing import (
    Fen,
    Grams,
    Percent,
    Sheet,
    write_csv,
    write_xlsx,
)

__all__ = [
    "EMPTY",
    "Cell",
    "Fen",
    "Grams",
    "Header",
    "Percent",
    "Row",
    "Sheet",
    "Step",
    "Table",
    "check_file",
    "find_header",
    "in_silence",
    "read_table",
    "unpacked_bytes",
    "write_csv",
    "write_xlsx",
]
