"""Tables in and out: uploads read as cells, headings found, workbooks and CSV written."""

from canteen.foundation.spreadsheets.headers import Header, find_header
from canteen.foundation.spreadsheets.reading import EMPTY, Cell, Row, Table, read_table
from canteen.foundation.spreadsheets.writing import Fen, Grams, Sheet, write_csv, write_xlsx

__all__ = [
    "EMPTY",
    "Cell",
    "Fen",
    "Grams",
    "Header",
    "Row",
    "Sheet",
    "Table",
    "find_header",
    "read_table",
    "write_csv",
    "write_xlsx",
]
