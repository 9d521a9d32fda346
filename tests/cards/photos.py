"""Photos of printed cards as a tablet's camera takes them, with what goes wrong at a counter.

A card of 85.6 mm is 560 pixels wide: what a camera of 1280 pixels sees at about 15 cm. Every
picture is drawn by a seed, so that a rate can be told and a failure looked at.
"""

import io
import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from canteen.cards.qr import qr_png

WIDTH, HEIGHT = 1280, 720
TABLE = "#6d675d"
PX_MM = 560 / 85.6


def card_face(digits: str) -> Image.Image:
    """The printed card: its green head, a name's worth of ink, the code of 27 mm."""
    card = Image.new("RGB", (560, 353), "#fdfbf6")
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, 560, 72), fill="#1d6b52")
    for top, width in ((130, 150), (196, 220)):
        pen.rectangle((28, top, 28 + width, top + 34), fill="#1c1a17")
    side = round(27 * PX_MM)
    code = Image.open(io.BytesIO(qr_png(digits, module_px=12))).convert("RGB")
    card.paste(code.resize((side, side), Image.Resampling.LANCZOS), (560 - side - 20, 82))
    return card


def on_table(card: Image.Image, *, turn: float, scale: float = 1.0) -> Image.Image:
    """The camera's frame with the card in its middle, turned by degrees."""
    if scale != 1.0:
        size = (round(card.width * scale), round(card.height * scale))
        card = card.resize(size, Image.Resampling.LANCZOS)
    turned = card.rotate(turn, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=TABLE)
    frame = Image.new("RGB", (WIDTH, HEIGHT), TABLE)
    frame.paste(turned, ((WIDTH - turned.width) // 2, (HEIGHT - turned.height) // 2))
    return frame


def plain(card: Image.Image, lot: random.Random) -> Image.Image:
    return on_table(card, turn=lot.uniform(-15, 15))


def turned(card: Image.Image, lot: random.Random) -> Image.Image:
    return on_table(card, turn=lot.uniform(0, 360))


def mirrored(card: Image.Image, lot: random.Random) -> Image.Image:
    return ImageOps.mirror(turned(card, lot))


def tilted(card: Image.Image, lot: random.Random) -> Image.Image:
    """Held at a slant of up to about 40 degrees: one side is nearer."""
    frame = turned(card, lot)
    near, squash = lot.uniform(0.1, 0.25), lot.uniform(0.0, 0.15)
    dx, dy = WIDTH * near, HEIGHT * squash
    corners = (-dx, -dy, 0, HEIGHT, WIDTH, HEIGHT, WIDTH + dx, -dy)
    return frame.transform(
        frame.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=TABLE
    )


def blurred(card: Image.Image, lot: random.Random) -> Image.Image:
    return turned(card, lot).filter(ImageFilter.GaussianBlur(lot.uniform(1.5, 3.4)))


def moved(card: Image.Image, lot: random.Random) -> Image.Image:
    """A hand that does not stop: up to 14 pixels in any direction while the shutter is open."""
    frame = np.asarray(turned(card, lot), dtype=np.float32)
    angle, length = lot.uniform(0, np.pi), lot.uniform(4, 14)
    steps = [
        (round(np.sin(angle) * length * part), round(np.cos(angle) * length * part))
        for part in np.linspace(-0.5, 0.5, 10)
    ]
    mean = sum(np.roll(frame, step, axis=(0, 1)) for step in steps) / len(steps)
    return _image(mean)


def dim(card: Image.Image, lot: random.Random) -> Image.Image:
    """The light is off: a tenth of it, and the noise of a small sensor."""
    frame = np.asarray(turned(card, lot), dtype=np.float32) * lot.uniform(0.06, 0.25)
    return _noisy(frame, lot, sigma=lot.uniform(3, 7))


def shaded(card: Image.Image, lot: random.Random) -> Image.Image:
    """A hand's shadow over half of it."""
    frame = np.asarray(turned(card, lot), dtype=np.float32)
    along = _ramp(lot) * lot.uniform(4, 12)
    return _noisy(frame * (0.25 + 0.75 / (1 + np.exp(-along)))[..., None], lot, sigma=3)


def glaring(card: Image.Image, lot: random.Random) -> Image.Image:
    """A lamp in the laminate: a soft white spot and a band, on the code as often as not."""
    frame = np.asarray(turned(card, lot), dtype=np.float32)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    cx, cy = WIDTH / 2 + lot.uniform(-200, 200), HEIGHT / 2 + lot.uniform(-150, 150)
    spot = np.exp(-(((x - cx) / lot.uniform(18, 45)) ** 2 + ((y - cy) / lot.uniform(18, 45)) ** 2))
    band = np.exp(-((_ramp(lot) * WIDTH / 2 / lot.uniform(10, 24)) ** 2)) * lot.uniform(0.2, 0.55)
    light = np.clip(spot * 1.6 + band, 0, 1)[..., None]
    return _noisy(frame * (1 - light) + 255 * light, lot, sigma=2)


def creased(card: Image.Image, lot: random.Random) -> Image.Image:
    """Folded in a pocket: pale lines with a dark edge, and a shade on one side of each."""
    worn = np.asarray(card, dtype=np.float32).copy()
    y, x = np.mgrid[0 : card.height, 0 : card.width]
    for _fold in range(lot.randint(1, 3)):
        angle = lot.uniform(0, np.pi)
        cx, cy = lot.uniform(0.45, 0.95) * card.width, lot.uniform(0.25, 0.8) * card.height
        apart = (x - cx) * np.sin(angle) - (y - cy) * np.cos(angle)
        wide = lot.uniform(1.0, 2.4)
        worn += (255 - worn) * (np.exp(-((apart / wide) ** 2)) * 0.8)[..., None]
        worn *= (1 - 0.5 * np.exp(-(((apart - wide * 2) / wide) ** 2)))[..., None]
        worn *= np.where(apart > 0, 1.0, lot.uniform(0.7, 0.95))[..., None]
    return _noisy(np.asarray(turned(_image(worn), lot), dtype=np.float32), lot, sigma=3)


def stained(card: Image.Image, lot: random.Random) -> Image.Image:
    """Soy sauce on the code: up to a twentieth of it."""
    dirty = card.copy()
    side = round(27 * PX_MM)
    left, top = 560 - side - 20, 82
    size = side * lot.uniform(0.1, 0.2)
    x, y = left + lot.uniform(0.15, 0.8) * side, top + lot.uniform(0.15, 0.8) * side
    ImageDraw.Draw(dirty).ellipse((x, y, x + size, y + size * 0.8), fill="#3a2a1e")
    return turned(dirty, lot)


def far(card: Image.Image, lot: random.Random) -> Image.Image:
    """Held at 30 to 40 cm: the code is 64 to 90 pixels wide."""
    return on_table(card, turn=lot.uniform(0, 360), scale=lot.uniform(0.36, 0.5))


def at_noon(card: Image.Image, lot: random.Random) -> Image.Image:
    """A little of everything, as it mostly is: aslant, not quite sharp, not quite bright."""
    frame = tilted(card, lot).filter(ImageFilter.GaussianBlur(lot.uniform(0.6, 1.3)))
    dark = np.asarray(frame, dtype=np.float32) * lot.uniform(0.4, 0.9)
    return _noisy(dark, lot, sigma=lot.uniform(2, 5))


DISTORTIONS: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    each.__name__: each
    for each in (
        *(plain, turned, mirrored, tilted, blurred, moved, dim, shaded),
        *(glaring, creased, stained, far, at_noon),
    )
}


def photo(digits: str, kind: str, seed: int) -> Image.Image:
    """One frame of a camera, 1280 by 720."""
    return DISTORTIONS[kind](card_face(digits), random.Random(f"{kind} {seed}"))


def as_sent(frame: Image.Image) -> bytes:
    """What the counter's page posts of a frame: its middle square as a JPEG."""
    left = (frame.width - frame.height) // 2
    return jpeg(frame.crop((left, 0, left + frame.height, frame.height)), quality=80)


def jpeg(picture: Image.Image, *, quality: int = 88) -> bytes:
    """A picture as a camera's file."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _ramp(lot: random.Random) -> np.ndarray:
    """-1 to 1 across the frame in some direction, nought near its middle."""
    angle, off = lot.uniform(0, 2 * np.pi), lot.uniform(-0.15, 0.15)
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    return x * np.cos(angle) + y * np.sin(angle) + off


def _noisy(frame: np.ndarray, lot: random.Random, *, sigma: float) -> Image.Image:
    noise = np.random.default_rng(lot.randrange(2**32)).normal(0, sigma, frame.shape)
    return _image(frame + noise)


def _image(frame: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(frame, 0, 255).astype(np.uint8))
