"""A small uploaded file, carried by the page between its preview and its import.

So a preview leaves nothing behind on the server, and what is imported is read and checked
again from the same bytes.
"""

import base64
import binascii
import zlib
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from canteen.foundation.spreadsheets.reading import MAX_BYTES
from canteen.foundation.wording import Refusal

MAX_PARCEL = 1_400_000
"""Characters; a form may hold two megabytes in all. A library of 10,000 dishes fits."""


@dataclass(frozen=True)
class Parcel:
    """A file and its name; `packed` is what the page carries."""

    data: bytes
    filename: str

    @property
    def packed(self) -> str:
        """The bytes, compressed, as text."""
        return base64.b64encode(zlib.compress(self.data, 9)).decode()


def sent_file() -> Parcel | Refusal:
    """The file that was sent, if a page can carry it. Codes: file_missing, file_too_big."""
    parcel = sent()
    return parcel if isinstance(parcel, Refusal) else fit_for_a_page(parcel)


def sent() -> Parcel | Refusal:
    """The uploaded file `file`, a pasted `text`, or the file that the page carries.

    Never raises for bad content. Code: file_missing.
    """
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return Parcel(upload.read(MAX_BYTES + 1), upload.filename[-60:])
    if text := request.form.get("text", "").strip():
        return Parcel(text.encode(), _("粘贴的文字"))
    data = _unpacked(request.form.get("parcel", ""))
    if data is None:
        return Refusal("file_missing", {})
    return Parcel(data, request.form.get("filename", "")[-60:])


def fit_for_a_page(parcel: Parcel) -> Parcel | Refusal:
    """The same file, unless it is too large to be carried. Code: file_too_big."""
    if len(parcel.data) > MAX_BYTES or len(parcel.packed) > MAX_PARCEL:
        size = -(-len(parcel.data) // 1024**2)
        facts = {"name": parcel.filename, "size_mb": size, "limit_mb": 1}
        return Refusal("file_too_big", facts)
    return parcel


def _unpacked(text: str) -> bytes | None:
    try:
        stream = zlib.decompressobj()
        data = stream.decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError):
        return None
    return data or None
