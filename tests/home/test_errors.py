"""What cannot be taken at all is refused with what was wrong with it."""

from io import BytesIO
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import make_site, make_xiaoli

LONG = "x" * (2 * 1024 * 1024 + 1)


@pytest.fixture
def guarded(app: Flask, client: FlaskClient) -> FlaskClient:
    make_xiaoli(make_site())
    app.config["WTF_CSRF_ENABLED"] = True
    return client


def test_a_form_with_too_much_text_is_not_called_a_file_nor_old(guarded: FlaskClient) -> None:
    answer = guarded.post("/sign-in", data={"username": LONG, "file": (BytesIO(b"x"), "a.txt")})
    assert answer.status_code == 413
    assert "填的文字太多，一次最多 2 MB" in answer.text
    many = {f"field{number}": "1" for number in range(1_100)}
    answer = guarded.post("/sign-in", data={**many, "file": (BytesIO(b"x"), "a.txt")})
    assert (answer.status_code, "填的文字太多" in answer.text) == (413, True)


def test_a_file_that_is_too_large_is_told_its_limit(app: Flask, guarded: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    answer = guarded.post("/sign-in", data={"file": (BytesIO(b"x" * 2_000), "a.xlsx")})
    assert answer.status_code == 413
    assert "文件太大，最多 16 MB" in answer.text


def test_a_form_that_is_no_text_is_not_called_an_old_page(guarded: FlaskClient) -> None:
    gbk = f"username={quote('小李')}&note=".encode() + "小李".encode("gbk")
    answer = guarded.post("/sign-in", data=gbk, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "请求不完整" in answer.text
    assert "页面已过期" in guarded.post("/sign-in", data={"username": "xiaoli"}).text
