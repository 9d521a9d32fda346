"""Photos of dishes: checked, made small, freed of what a phone wrote into them, kept by content.

A file's name is the hash of its bytes, so that a browser may keep it for ever and two dishes may
share one. Beside it lies a smaller one for lists, that a phone on a slow line can carry by the
dozen. The place and time that phones store beside a picture never reach the disk.
"""

import hashlib
import io
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus.models import Dish

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1280
SMALL_SIDE = 320
"""For lists: sharp at 100 points wide on a phone, some 15 KB."""
MIMETYPE = "image/jpeg"
_QUALITY = 84
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
"""What Apple's phones keep photos in, by the brand its files begin with."""
_NAME = re.compile(r"[0-9a-f]{64}\.jpg")


def put_photo(
    folder: Path, *, dish_id: int, data: bytes, now: datetime, by: int | None
) -> Refusal | None:
    """Give a dish a photo in place of the one it has. The same again changes nothing.

    Codes: photo_too_large, photo_heic, photo_too_many_pixels, photo_unreadable, dish_gone.
    """
    small = made_small(data)
    if isinstance(small, Refusal):
        return small
    name = _keep(folder, small)
    return _change(folder, dish_id=dish_id, name=name, now=now, by=by)


def remove_photo(folder: Path, *, dish_id: int, now: datetime, by: int | None) -> Refusal | None:
    """Take a dish's photo away, and its file if no other dish shows it. Twice is harmless."""
    return _change(folder, dish_id=dish_id, name="", now=now, by=by)


def forget_unused(folder: Path, name: str) -> None:
    """Delete the file of a photo unless a dish shows it."""
    with transaction() as session:  # nobody can take it while it goes
        if _NAME.fullmatch(name) and not _shown(session, name):
            for path in (folder / name, _small(folder, name)):
                path.unlink(missing_ok=True)


def photo_path(folder: Path, name: str, *, small: bool = False) -> Path | None:
    """Where a photo lies; None for a name that is none of ours or a file that is not there.

    `small` is the one for lists; a photo that was kept before there were any is its own.
    """
    if not _NAME.fullmatch(name) or not (folder / name).is_file():
        return None
    lesser = _small(folder, name)
    return lesser if small and lesser.is_file() else folder / name


def made_small(data: bytes) -> bytes | Refusal:
    """A JPEG of at most 1280 pixels a side, upright, with nothing in it but the picture."""
    if len(data) > MAX_BYTES:
        return Refusal("photo_too_large", {"most": MAX_BYTES // 1024**2})
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        return Refusal("photo_heic", {})
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            # A JPEG is read at a fraction of its size: a phone's 100 megapixels cost little.
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            if picture.width * picture.height > MAX_PIXELS:
                facts = {"megapixels": MAX_PIXELS // 1_000_000}
                return Refusal("photo_too_many_pixels", facts)
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
    ):  # fmt: skip
        return Refusal("photo_unreadable", {})
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A fresh picture: Pillow carries comments and profiles of the old one into the new file.
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright.getchannel("A"))
    return _written(clean)


@retried
def _change(
    folder: Path, *, dish_id: int, name: str, now: datetime, by: int | None
) -> Refusal | None:
    with transaction() as session:
        dish = session.get(Dish, dish_id)
        before = dish.photo if dish else name
        if dish is not None and dish.photo != name:
            dish.photo = name
            action = "showed" if name else "hid"
            audit.record(
                session, at=now, staff_id=by, action=f"{action}_photo", subject="dish",
                subject_id=dish_id,
            )  # fmt: skip
    if dish is None or before != name:
        forget_unused(folder, before)
    return Refusal("dish_gone", {}) if dish is None else None


def _keep(folder: Path, data: bytes) -> str:
    name = f"{hashlib.sha256(data).hexdigest()}.jpg"
    folder.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(data)) as picture:
        picture.thumbnail((SMALL_SIDE, SMALL_SIDE))
        put_file(_small(folder, name), _written(picture))
    put_file(folder / name, data)
    return name


def _small(folder: Path, name: str) -> Path:
    return folder / f"small-{name}"


def put_file(path: Path, data: bytes) -> None:
    """Whole or not at all, whoever reads it meanwhile."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def _written(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return buffer.getvalue()


def _shown(session: Session, name: str) -> bool:
    return bool(session.scalar(select(func.count()).select_from(Dish).where(Dish.photo == name)))
