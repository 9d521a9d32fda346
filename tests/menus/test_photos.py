"""Photos: nothing of the phone in them, kept by content, gone when nobody shows them."""

import io
import re
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from PIL import Image

from canteen.blueprints.menus.photos import photo_folder
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus.actions import publish_week
from canteen.menus.models import Dish
from canteen.menus.photos import made_small, photo_path, put_photo, remove_photo
from tests.menus.kitchen import MONDAY, WEEK, dish_id, make_kitchen
from tests.menus.kitchen import put as place
from tests.people import NOW, sign_in


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (1600, 900), colour: str = "red", **more: object
) -> bytes:
    buffer = io.BytesIO()
    mode = "RGBA" if kind != "JPEG" else "RGB"
    Image.new(mode, size, colour).save(buffer, kind, **more)
    return buffer.getvalue()


def with_place() -> bytes:
    """A photo as a phone writes it: where it was, which way up, and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[2] = (28.0, 40.0, 0.0)
    return picture(exif=exif, comment=b"SecretComment")


def put(folder: Path, dish: int, data: bytes) -> Refusal | None:
    return put_photo(folder, dish_id=dish, data=data, now=NOW, by=None)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def both(name: str) -> list[str]:
    """The files of a photo: as it was given, and the one for lists."""
    return [name, f"small-{name}"]


def photo_of(dish: int) -> str:
    db.session.rollback()
    return db.session.get_one(Dish, dish).photo


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_small_jpeg(kind: str) -> None:
    small = made_small(picture(kind))
    assert isinstance(small, bytes)
    with Image.open(io.BytesIO(small)) as read:
        assert (read.format, read.size) == ("JPEG", (1280, 720))


def test_a_large_photo_of_a_good_phone_is_taken() -> None:
    small = made_small(picture(size=(9000, 6000)))
    assert isinstance(small, bytes)
    with Image.open(io.BytesIO(small)) as read:
        assert max(read.size) <= 1280
        assert read.width * 2 == pytest.approx(read.height * 3, abs=4)


def test_nothing_of_the_phone_is_left_in_it_and_it_stands_upright() -> None:
    original = with_place()
    assert b"SecretPhone" in original
    small = made_small(original)
    assert isinstance(small, bytes)
    assert b"Secret" not in small
    assert b"Exif" not in small
    with Image.open(io.BytesIO(small)) as read:
        assert read.size == (720, 1280)
        assert not read.getexif()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo_unreadable"),
        (b"not a picture", "photo_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_unreadable"),
        (picture()[:500], "photo_unreadable"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0" * 99, "photo_heic"),
        (picture("PNG", (9000, 6000)), "photo_too_many_pixels"),
        (b"\xff\xd8" + b"0" * (8 * 1024 * 1024), "photo_too_large"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, code: str) -> None:
    refused = made_small(data)
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_the_same_photo_twice_is_one_file(app: Flask, tmp_path: Path) -> None:
    make_kitchen()
    dish, folder = dish_id("红烧肉"), tmp_path / "photos"
    assert put(folder, dish, picture()) is None
    assert put(folder, dish, picture()) is None
    assert kept(folder) == both(photo_of(dish))


def test_a_photo_that_is_replaced_or_taken_away_leaves_no_file(app: Flask, tmp_path: Path) -> None:
    make_kitchen()
    dish, folder = dish_id("红烧肉"), tmp_path / "photos"
    put(folder, dish, picture(colour="red"))
    put(folder, dish, picture(colour="blue"))
    assert kept(folder) == both(photo_of(dish))
    for _ in range(2):
        assert remove_photo(folder, dish_id=dish, now=NOW, by=None) is None
    assert list(folder.iterdir()) == []
    assert photo_of(dish) == ""


def test_a_photo_that_two_dishes_show_stays_for_the_other(app: Flask, tmp_path: Path) -> None:
    make_kitchen()
    one, other, folder = dish_id("红烧肉"), dish_id("白切鸡"), tmp_path / "photos"
    put(folder, one, picture())
    put(folder, other, picture())
    remove_photo(folder, dish_id=one, now=NOW, by=None)
    assert photo_path(folder, photo_of(other)) is not None


def test_a_photo_for_a_dish_that_is_gone_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    refused = put(folder, 12345, picture())
    assert refused is not None
    assert refused.code == "dish_gone"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../keys.json", "a.jpg", "0" * 64 + ".png", "/etc/passwd", ""])
def test_only_a_photos_name_is_a_photo(tmp_path: Path, name: str) -> None:
    (tmp_path / "keys.json").write_text("{}")
    assert photo_path(tmp_path / "photos", name) is None


def test_everybody_may_see_a_photo_and_keep_it(app: Flask, client: FlaskClient) -> None:
    make_kitchen()
    sign_in(client, "wangshifu")
    dish = dish_id("红烧肉")
    file = (io.BytesIO(picture()), "IMG_1.jpg")
    page = client.post(f"/dishes/{dish}/photo", data={"photo": file}, follow_redirects=True)
    assert "照片已保存" in page.text
    stranger = app.test_client()
    answer = stranger.get(f"/dish-photos/{photo_of(dish)}")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = stranger.get(
        f"/dish-photos/{photo_of(dish)}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    client.post(f"/dishes/{dish}/photo-removals")
    assert stranger.get(f"/dish-photos/{photo_of(dish) or 'x'}").status_code == 404


def published_with_photos(*names: str) -> Path:
    """A Monday of three dishes, published; a photo of each that is named. Where photos lie."""
    site = make_kitchen()
    for position, name in enumerate(("红烧肉", "白切鸡")):
        place(site, MONDAY, name, position=position)
    place(site, MONDAY, "清炒菠菜", slot="vegetable")
    assert publish_week(site_id=site, monday=MONDAY, now=NOW, by=None) is None
    folder = photo_folder(current_app.config)
    for name in names:
        assert put(folder, dish_id(name), picture(colour="green")) is None
    return folder


def test_everybody_sees_the_photos_there_are_small_and_when_they_scroll_there(
    app: Flask, client: FlaskClient
) -> None:
    folder = published_with_photos("红烧肉")
    name = photo_of(dish_id("红烧肉"))
    page = client.get(f"/menu/jinniu/{WEEK}").text
    (image,) = set(re.findall(r"<img [^>]*>", page))
    assert f'src="/dish-photos/small/{name}"' in image
    assert 'alt="红烧肉的照片"' in image
    assert 'loading="lazy"' in image
    small = client.get(f"/dish-photos/small/{name}")
    with Image.open(io.BytesIO(small.data)) as read:
        assert read.size == (320, 180)
    assert small.headers["ETag"] != client.get(f"/dish-photos/{name}").headers["ETag"]
    assert len(small.data) < photo_path(folder, name).stat().st_size  # type: ignore[union-attr]


def test_a_menu_without_photos_is_the_menu(app: Flask, client: FlaskClient) -> None:
    published_with_photos()
    page = client.get(f"/menu/jinniu/{WEEK}").text
    assert "红烧肉" in page
    assert "<img" not in page


def test_a_photo_whose_file_is_gone_is_not_shown(app: Flask, client: FlaskClient) -> None:
    folder = published_with_photos("红烧肉", "白切鸡")
    (folder / photo_of(dish_id("红烧肉"))).unlink()
    assert "<img" not in client.get(f"/menu/jinniu/{WEEK}").text


def test_a_photo_kept_before_there_were_small_ones_is_shown_as_it_is(
    app: Flask, client: FlaskClient
) -> None:
    folder = published_with_photos("红烧肉")
    name = photo_of(dish_id("红烧肉"))
    (folder / f"small-{name}").unlink()
    assert "<img" in client.get(f"/menu/jinniu/{WEEK}").text
    assert client.get(f"/dish-photos/small/{name}").data == (folder / name).read_bytes()


def test_a_bad_photo_is_said_on_the_page(app: Flask, client: FlaskClient) -> None:
    make_kitchen()
    sign_in(client, "wangshifu")
    dish = dish_id("红烧肉")
    file = (io.BytesIO(b"GIF89a"), "a.gif")
    page = client.post(f"/dishes/{dish}/photo", data={"photo": file}, follow_redirects=True)
    assert "这不是能用的照片" in page.text
    page = client.post(f"/dishes/{dish}/photo", data={}, follow_redirects=True)
    assert "没有选照片" in page.text
    assert client.post("/dishes/99999/photo-removals").status_code == 404
