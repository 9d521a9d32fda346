"""What answers say of themselves: pages all of it, files only that they are what they are."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("address", ["/sign-in", "/no-such-page", "/static/js/no-such.js"])
def test_every_page_keeps_to_itself(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["js/settlement/till.js", "css/tokens.css", "icons/sprite.svg"])
def test_a_file_says_what_it_is_in_few_bytes(client: FlaskClient, name: str) -> None:
    headers = client.get(f"/static/{name}").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in headers
