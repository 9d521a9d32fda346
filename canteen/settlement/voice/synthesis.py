"""Speaking with a synthesiser that is on this machine: never over a network.

eSpeak NG, as the optional extra `voice` brings it (a library under GPL-3, which is why it is
not installed unasked) or as the system has it. It is small, quick and sounds like a robot;
`recordings` is the way to a voice people know.
"""

import ctypes
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pypinyin import Style, pinyin

from canteen.residents.surnames import READINGS
from canteen.settlement.voice.sounds import NotASound, Samples, from_samples, read_wav, tidy

Say = Callable[[str, str], Samples]
"""(text, voice) to samples."""

MANDARIN, PINYIN = "cmn", "cmn-latn-pinyin"
WORDS_A_MINUTE = 150
"""Slower than its own 175: for old ears."""

_RETRIEVAL, _RATE, _UTF8 = 2, 1, 1


def available() -> str | None:
    """The name of the synthesiser that would speak; None where there is none."""
    if importlib.util.find_spec("espeakng_loader") is not None:
        return "eSpeak NG"
    return "espeak-ng" if shutil.which("espeak-ng") else None


def synthesise(words: Iterable[str]) -> dict[str, Samples]:
    """A clip of each word. Raises NotASound where the synthesiser is silent."""
    with _speaker() as say:
        return {word: tidy(say(*_asked(word))) for word in words}


def _asked(word: str) -> tuple[str, str]:
    """What to say, and in which spelling: 曾 as a surname is zeng1, whatever the sign is else."""
    letters = READINGS.get(word)
    if letters is None:
        return word, MANDARIN
    readings = pinyin(word, heteronym=True, style=Style.TONE3, neutral_tone_with_five=True)[0]
    fits = [each for each in readings if re.sub(r"\d", "", each) == letters]
    return (fits[0], PINYIN) if fits else (word, MANDARIN)


@contextmanager
def _speaker() -> Iterator[Say]:
    if importlib.util.find_spec("espeakng_loader") is not None:
        with _library() as say:
            yield say
        return
    program = shutil.which("espeak-ng")
    if program is None:
        raise NotASound("这台电脑上没有语音合成")
    yield lambda text, voice: _by_program(program, text, voice)


@contextmanager
def _library() -> Iterator[Say]:
    """The library of the extra, called in this process."""
    import espeakng_loader

    library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(
        _RETRIEVAL, 0, str(espeakng_loader.get_data_path()).encode(), 0
    )
    if rate <= 0:
        raise NotASound("语音合成没有启动")
    heard = bytearray()
    kind = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
    )

    def take(samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            heard.extend(ctypes.string_at(samples, count * 2))
        return 0

    kept = kind(take)  # held by this name: the library calls it later
    library.espeak_SetSynthCallback(kept)
    library.espeak_SetParameter(_RATE, WORDS_A_MINUTE, 0)

    def say(text: str, voice: str) -> Samples:
        if library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise NotASound(f"语音合成没有“{voice}”")
        heard.clear()
        sent = text.encode() + b"\0"
        library.espeak_Synth(sent, len(sent), 0, 1, 0, _UTF8, None, None)
        library.espeak_Synchronize()
        return from_samples(bytes(heard))

    try:
        yield say
    finally:
        library.espeak_Terminate()


def _by_program(program: str, text: str, voice: str) -> Samples:
    command = [program, "-v", voice, "-s", str(WORDS_A_MINUTE), "--stdout", text]
    done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    if done.returncode != 0:
        raise NotASound(done.stderr.decode(errors="replace").strip()[:200])
    return read_wav(done.stdout)
