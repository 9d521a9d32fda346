"""A font with Chinese characters, from this machine: we ship none.

Asked for in this order: the path in ``CANTEEN_FONT``, then the fonts that systems usually have.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_KNOWN: tuple[tuple[str, str], ...] = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf"),
    ("PingFang.ttc", "PingFang.ttc"),
    ("msyh.ttc", "msyhbd.ttc"),
    ("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc"),
    ("STHeiti Light.ttc", "STHeiti Medium.ttc"),
    ("wqy-zenhei.ttc", "wqy-zenhei.ttc"),
    ("wqy-microhei.ttc", "wqy-microhei.ttc"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
    ("simhei.ttf", "simhei.ttf"),
)
"""File names of a regular face and its bold one, the best first."""
_PROBE = "菜"
_MOST_FACES = 12


@dataclass(frozen=True)
class Face:
    """A file and which of its faces."""

    path: str
    index: int = 0

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The face at a size in pixels."""
        return ImageFont.truetype(self.path, size, index=self.index)


@dataclass(frozen=True)
class ChineseFont:
    """Two faces to draw with."""

    regular: Face
    bold: Face


@lru_cache(maxsize=8)
def chinese_font(configured: str = "") -> ChineseFont | None:
    """The font to draw Chinese with, or None if this machine has none that we know."""
    for regular, bold in _candidates(configured):
        face = _face_of(regular)
        if face:
            return ChineseFont(regular=face, bold=_face_of(bold) or face)
    return None


def _candidates(configured: str) -> Iterator[tuple[Path, Path]]:
    if configured:
        yield Path(configured), Path(configured)
    files = {path.name.casefold(): path for path in _files()}
    for regular, bold in _KNOWN:
        if path := files.get(regular.casefold()):
            yield path, files.get(bold.casefold(), path)


def _files() -> Iterator[Path]:
    for folder in _FOLDERS:
        for where, _folders, names in os.walk(Path(folder).expanduser()):
            yield from (Path(where) / name for name in names)


def _face_of(path: Path) -> Face | None:
    """The simplified Chinese face of a file, else its first that can draw Chinese."""
    able: list[Face] = []
    for index in range(_MOST_FACES):
        face = Face(str(path), index)
        try:
            font = face.at(32)
        except (OSError, ValueError):
            break
        if _draws_chinese(font):
            able.append(face)
            if " SC" in " ".join(filter(None, font.getname())):
                return face
    return able[0] if able else None


def _draws_chinese(font: ImageFont.FreeTypeFont) -> bool:
    missing, drawn = (bytes(font.getmask(sign)) for sign in ("\U0010ffff", _PROBE))
    return bool(font.getmask(_PROBE).getbbox()) and drawn != missing
