"""How many photos of a printed card are read, distortion by distortion: a rate with a floor.

208 pictures, the same in every run. `python -m tests.cards.test_reading_photos` prints the
rates, of a single frame and of a card held before the camera for a second.
"""

import random

import pytest

pytest.importorskip("numpy", reason="draws distortions with numpy, which comes with ortools")

from canteen.foundation.pictures import LOOKS, read_qr
from tests.cards.photos import DISTORTIONS, as_sent, photo

EACH = 16

FLOORS = {
    "plain": 1.0,
    "turned": 1.0,
    "mirrored": 1.0,
    "tilted": 0.95,
    "blurred": 0.9,
    "moved": 0.4,
    "dim": 0.85,
    "shaded": 0.95,
    "glaring": 0.8,
    "creased": 0.75,
    "stained": 0.6,
    "far": 0.9,
    "at_noon": 0.95,
}
"""Of single pictures, at least this share. What cannot be read from one is mostly a finder
pattern under a stain or a lamp, or a hand in motion: a moment later it can be."""


def digits_of(seed: int) -> str:
    """Any 22 digits."""
    return str(random.Random(seed).randrange(10**21, 10**22))


def read_photos(kind: str) -> tuple[int, int, int]:
    """(read as a photo, read as one frame of a camera, read wrongly) of the pictures of a kind."""
    whole = frames = wrong = 0
    for seed in range(EACH):
        digits = digits_of(seed)
        sent = as_sent(photo(digits, kind, seed))
        found = read_qr(sent)
        whole += found == digits
        wrong += found not in (digits, None)
        frames += read_qr(sent, look=seed % len(LOOKS)) == digits
    return whole, frames, wrong


@pytest.mark.parametrize("kind", list(DISTORTIONS))
def test_printed_cards_are_read_and_never_read_wrongly(kind: str) -> None:
    whole, frames, wrong = read_photos(kind)
    assert wrong == 0, "a wrong card would charge the wrong person"
    assert whole >= FLOORS[kind] * EACH, f"{whole} of {EACH} {kind} photos were read"
    assert frames <= whole


if __name__ == "__main__":
    total = 0
    for name in DISTORTIONS:
        as_photo, as_frame, mistaken = read_photos(name)
        total += as_photo
        print(f"{name:9} photo {as_photo}/{EACH}  frame {as_frame}/{EACH}  wrong {mistaken}")
    print(f"all {total}/{EACH * len(DISTORTIONS)}")
