"""A voice that people know: words recorded by somebody of the canteen, one WAV file each."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from canteen.settlement.voice.phrases import EVERY, NEEDED
from canteen.settlement.voice.sounds import NotASound, Samples, read_wav, tidy

MOST_BYTES = 4_000_000
"""Of one file: twenty seconds in the best quality are less."""


@dataclass(frozen=True, kw_only=True)
class Recordings:
    """What was read: the clips, what is wrong with which file, and what is not there."""

    clips: dict[str, Samples]
    problems: tuple[str, ...]
    missing: tuple[str, ...]


def read_recordings(source: Path) -> Recordings:
    """Every WAV of a folder or zip, named by its word (您实付.wav). All problems at once.

    Raises OSError or zipfile.BadZipFile for a source that cannot be opened.
    """
    clips: dict[str, Samples] = {}
    problems = []
    for name, data in _files(source):
        word = PurePosixPath(name).stem.strip()
        try:
            if word not in EVERY:
                raise NotASound("不在要录的词里")
            if len(data) > MOST_BYTES:
                raise NotASound("文件太大，最多 4 MB")
            clips[word] = tidy(read_wav(data))
        except NotASound as error:
            problems.append(f"{name}：{error}")
    missing = tuple(word for word in NEEDED if word not in clips)
    return Recordings(clips=clips, problems=tuple(problems), missing=missing)


def _files(source: Path) -> Iterator[tuple[str, bytes]]:
    if source.is_dir():
        for path in sorted(source.iterdir()):
            if path.suffix.lower() == ".wav":
                yield path.name, path.read_bytes()[: MOST_BYTES + 1]
        return
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            name = _name(entry)
            if name.lower().endswith(".wav") and not name.startswith("__MACOSX"):
                with archive.open(entry) as file:
                    yield name, file.read(MOST_BYTES + 1)


def _name(entry: zipfile.ZipInfo) -> str:
    """Windows packs Chinese names in GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename
