"""The one file that holds every clip: four bytes of length, a list as JSON, the sounds.

The list names the rate, where each clip begins and how long it is, in samples of one byte.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from canteen.settlement.voice.sounds import RATE, Samples, to_mu_law

FOLDER = "voice"
FILE = "clips.pack"


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A voice that is there: how it was made, its words, and a mark that changes with it."""

    made_by: str
    words: tuple[str, ...]
    mark: str
    size: int


def pack_file(data: Path) -> Path:
    """Where an installation keeps its voice."""
    return data / FOLDER / FILE


def write_pack(data: Path, clips: Mapping[str, Samples], *, made_by: str) -> Path:
    """Put the clips into one file, whole or not at all."""
    listed, sounds, at = [], bytearray(), 0
    for word, samples in clips.items():
        coded = to_mu_law(samples)
        listed.append([word, at, len(coded)])
        sounds += coded
        at += len(coded)
    head = json.dumps(
        {"rate": RATE, "made_by": made_by, "clips": listed}, ensure_ascii=False
    ).encode()
    target = pack_file(data)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(len(head).to_bytes(4, "little") + head + sounds)
    Path(name).chmod(0o644)
    Path(name).replace(target)
    return target


def mark_of(data: Path) -> str | None:
    """A mark that changes when the voice does, for addresses; None without a voice."""
    try:
        found = pack_file(data).stat()
    except OSError:
        return None
    return f"{found.st_mtime_ns:x}-{found.st_size:x}"


def read_pack(data: Path) -> Pack | None:
    """What voice there is; None for none, or for a file that cannot be understood."""
    mark = mark_of(data)
    if mark is None:
        return None
    try:
        with pack_file(data).open("rb") as file:
            head = json.loads(file.read(int.from_bytes(file.read(4), "little")))
        words = tuple(word for word, _at, _length in head["clips"])
        return Pack(
            made_by=str(head["made_by"]),
            words=words,
            mark=mark,
            size=pack_file(data).stat().st_size,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
