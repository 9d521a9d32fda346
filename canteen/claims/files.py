"""A closed claim as files to send and sign: xlsx and CSV, made once, kept in the data folder."""

from pathlib import Path
from typing import Literal

FileKind = Literal["xlsx", "csv"]


def claim_file(claim_id: int, kind: FileKind) -> Path | None:
    """The file of a closed claim, made now if it is missing; None if it is not closed.

    One file holds both languages, so that what was signed is the same for every reader.
    Serve it with ``send_file(path, download_name=download_name(number, kind))``.
    """
    raise NotImplementedError


def download_name(number: str, kind: FileKind) -> str:
    """``claim-city-2026-06.xlsx``."""
    return f"claim-{number}.{kind}"
