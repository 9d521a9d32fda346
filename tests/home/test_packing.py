"""Styles and scripts travel packed; pages with a secret in them do not."""

import gzip

from flask import Flask
from flask.testing import FlaskClient

from tests.people import make_site, make_xiaoli, sign_in


def test_a_script_travels_packed_and_arrives_whole(client: FlaskClient) -> None:
    address = "/static/js/settlement/till.js"
    plain = client.get(address)
    sent = client.get(address, headers={"Accept-Encoding": "gzip, deflate"})
    assert gzip.decompress(sent.data) == plain.data
    assert sent.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in sent.headers["Vary"]
    assert int(sent.headers["Content-Length"]) == len(sent.data) < len(plain.data) / 2


def test_a_script_that_the_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    address = "/static/js/settlement/till.js"
    headers = {"Accept-Encoding": "gzip"}
    first = client.get(address, headers=headers)
    again = client.get(address, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_who_cannot_unpack_gets_it_plain(client: FlaskClient) -> None:
    sent = client.get("/static/css/till.css", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in sent.headers
    assert b".till" in sent.data


def test_a_page_that_shows_what_was_typed_is_not_packed(app: Flask, client: FlaskClient) -> None:
    make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    headers = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in client.get("/meals?day=x", headers=headers).headers
    assert client.get("/counter", headers=headers).headers["Content-Encoding"] == "gzip"
