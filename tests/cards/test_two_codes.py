"""More than one code before the camera: a card beside a pay code, two cards, a poster."""

import io
import random

import pytest
from PIL import Image

pytest.importorskip("numpy", reason="draws distortions with numpy, which comes with ortools")

import qrcode

from canteen.cards.tokens import CODE_FORM
from canteen.foundation.pictures import LOOKS, read_qr
from canteen.foundation.wording import Refusal
from tests.cards.photos import card_face, jpeg

PAY = "wxp://f2f0Vb3oQmYx-zTt7wK4cR9uLhJ5sNnA1dEe"
MENU = "https://canteen.local/menus/public/xingfu"
CHEN, WANG = "1234567810987654321098", "8765432101234567890123"


def sticker(text: str, side: int) -> Image.Image:
    """A code as it is printed for phones, of that many pixels."""
    code = qrcode.QRCode(border=4, box_size=4)
    code.add_data(text)
    buffer = io.BytesIO()
    code.make_image().save(buffer)
    return Image.open(buffer).convert("RGB").resize((side, side))


def seen(*things: Image.Image, lot: random.Random) -> bytes:
    """A frame with all of them side by side, each turned as it lies."""
    frame = Image.new("RGB", (1280, 1280), "#6d675d")
    for place, thing in enumerate(things):
        turned = thing.rotate(lot.uniform(0, 360), expand=True, fillcolor="#6d675d")
        top, left = divmod(place, 2)
        frame.paste(turned, (20 + left * 640, 20 + top * 640))
    return jpeg(frame, quality=85)


@pytest.mark.parametrize("seed", range(8))
def test_a_card_counts_whatever_pay_code_or_poster_is_beside_it(seed: int) -> None:
    lot = random.Random(seed)
    card = card_face(CHEN).resize((448, 282))
    around = [sticker(PAY, lot.randint(220, 380)), sticker(MENU, lot.randint(160, 300))]
    picture = seen(card, *around[: 1 + seed % 2], lot=lot)
    assert read_qr(picture, ours=CODE_FORM) == CHEN
    assert read_qr(picture, look=seed % len(LOOKS), ours=CODE_FORM) == CHEN


def test_of_two_cards_none_is_guessed_and_one_shown_twice_is_one() -> None:
    lot = random.Random(1)
    chen, wang = (card_face(digits).resize((448, 282)) for digits in (CHEN, WANG))
    refused = read_qr(seen(chen, wang, sticker(PAY, 300), lot=lot), ours=CODE_FORM)
    assert isinstance(refused, Refusal)
    assert refused.code == "picture_two_codes"
    assert read_qr(seen(chen, chen, lot=lot), ours=CODE_FORM) == CHEN


def test_a_strangers_code_alone_is_told_as_it_is() -> None:
    assert read_qr(seen(sticker(PAY, 300), lot=random.Random(2)), ours=CODE_FORM) == PAY
