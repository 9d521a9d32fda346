"""Text that no person types is refused at the door, in words."""

import pytest
from flask.testing import FlaskClient

from tests.people import make_site, make_xiaoli, sign_in


@pytest.mark.parametrize("address", ["/cards", "/residents", "/counter/diners", "/meals", "/menu"])
def test_a_nul_character_is_refused_everywhere(client: FlaskClient, address: str) -> None:
    make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    answer = client.get(address, query_string={"q": "a\x00b"})
    assert answer.status_code == 400
    assert "请求不完整" in answer.text


def test_a_nul_character_in_a_form_or_in_json_is_refused(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"username": "a\x00", "password": "b"}).status_code == 400
    answer = client.post(
        "/counter/meals", data=b'{"reason": "\\u0000"}', content_type="application/json"
    )
    assert answer.status_code in (400, 401)
