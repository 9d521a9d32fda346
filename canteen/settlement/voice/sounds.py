"""Sounds as lists of 16-bit samples: read, brought to one rate and loudness, packed small.

Pure Python and the standard library, because it runs once and must run everywhere.
"""

import io
import math
import wave
from array import array
from typing import TypeAlias

Samples: TypeAlias = "array[int]"
"""Signed samples of 16 bits."""

RATE = 16_000
"""Samples a second of every clip."""

_QUIET = 400
"""Below it, out of 32,767, is breath and hum."""
_EDGE = int(RATE * 0.012)
_FADE = int(RATE * 0.006)
_LOUD = 26_000
_SHORTEST, _LONGEST = int(RATE * 0.08), RATE * 4
_BIAS, _CLIP = 0x84, 32_635


class NotASound(ValueError):
    """A file that is no sound that can be used; the text says why, in Chinese."""


def read_wav(data: bytes) -> Samples:
    """The samples of a WAV file at `RATE`, its channels mixed. Raises NotASound."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(min(file.getnframes(), rate * 20))
    except (wave.Error, EOFError, ValueError) as error:
        raise NotASound("不是 WAV 文件，请另存为 WAV（16 位）") from error
    if width != 2 or not 8_000 <= rate <= 96_000 or channels not in (1, 2):
        raise NotASound(f"要 16 位、单声道或立体声的 WAV，现在是 {width * 8} 位、{rate} Hz")
    samples = _samples(raw)
    if channels == 2:
        pairs = zip(samples[::2], samples[1::2], strict=False)
        samples = array("h", [(left + right) // 2 for left, right in pairs])
    return _at_rate(samples, rate)


def tidy(samples: Samples) -> Samples:
    """A clip without the silence around it, at the common loudness, without a click at its
    ends. Raises NotASound for silence, and for what is far too long for a word."""
    loud = [place for place, value in enumerate(samples) if abs(value) > _QUIET]
    if not loud:
        raise NotASound("没有声音")
    cut = samples[max(0, loud[0] - _EDGE) : loud[-1] + _EDGE]
    if len(cut) < _SHORTEST:
        raise NotASound("太短，没有录上")
    if len(cut) > _LONGEST:
        raise NotASound("太长，一个词最多 4 秒")
    peak = max(abs(value) for value in cut)
    scaled = array("h", [value * _LOUD // peak for value in cut])
    for place in range(min(_FADE, len(scaled) // 2)):
        scaled[place] = scaled[place] * place // _FADE
        scaled[-1 - place] = scaled[-1 - place] * place // _FADE
    return scaled


def to_mu_law(samples: Samples) -> bytes:
    """One byte a sample (ITU-T G.711 mu-law): half the size, and no ear tells in a canteen."""
    return bytes(_MU_LAW[value + 32_768] for value in samples)


def from_samples(raw: bytes) -> Samples:
    """Samples that a synthesiser on this machine wrote, in its own byte order."""
    samples = array("h")
    samples.frombytes(raw[: len(raw) // 2 * 2])
    return samples


def _samples(raw: bytes) -> Samples:
    samples = from_samples(raw)
    if array("h", [1]).tobytes() != b"\x01\x00":  # a WAV is little-endian, this machine is not
        samples.byteswap()
    return samples


def _at_rate(samples: Samples, rate: int) -> Samples:
    """At `RATE`: each sample the mean of what it stands for, or a point between two."""
    if rate == RATE or not samples:
        return samples
    step = rate / RATE
    made = array("h")
    for place in range(int(len(samples) / step)):
        at = place * step
        if step > 1:
            window = samples[int(at) : max(int(at) + 1, math.ceil(at + step))]
            made.append(sum(window) // len(window))
        else:
            low = int(at)
            high = min(low + 1, len(samples) - 1)
            made.append(int(samples[low] + (samples[high] - samples[low]) * (at - low)))
    return made


def _mu_law(value: int) -> int:
    sign = 0x80 if value < 0 else 0
    size = min(abs(value), _CLIP) + _BIAS
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | (size >> (exponent + 3)) & 0x0F) & 0xFF


_MU_LAW = bytes(_mu_law(value) for value in range(-32_768, 32_768))
