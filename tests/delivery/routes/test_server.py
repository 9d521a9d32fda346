"""A route server is asked in blocks; what it says is taken whole or not at all."""

import json
from typing import Any
from urllib.error import URLError

import pytest

from canteen.delivery.routes.server import BLOCK, measured
from canteen.foundation.geography import Point

POINTS = [Point(30.0 + n / 1000, 104.0) for n in range(BLOCK + 5)]


class Server:
    """Answers with a hundred metres for each step between two points, and keeps the addresses."""

    def __init__(self, **answer: Any) -> None:
        self.asked: list[str] = []
        self.answer = answer

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        places = url.split("/table/v1/foot/")[1].split("?")[0].split(";")
        lats = [float(one.split(",")[1]) for one in places]
        query = dict(one.split("=") for one in url.split("?")[1].split("&"))
        rows = [lats[int(one)] for one in query["sources"].split(";")]
        columns = [lats[int(one)] for one in query["destinations"].split(";")]
        table = [[round(abs(a - b) * 1e5) for b in columns] for a in rows]
        return json.dumps(
            {"code": "Ok", "distances": table, "durations": table, **self.answer}
        ).encode()


def test_a_large_table_is_put_together_from_blocks() -> None:
    server = Server()
    found = measured("http://streets:5000/", POINTS, "foot", ask=server)
    assert found is not None
    assert len(server.asked) == 4
    assert found.metres[0][BLOCK + 4] == found.metres[BLOCK + 4][0] == 100 * (BLOCK + 4)
    assert found.metres[3][3] == 0
    assert all(url.startswith("http://streets:5000/table/v1/foot/104.") for url in server.asked)


def test_each_transport_may_have_its_own_address() -> None:
    server = Server()
    measured("http://streets/{profile}", POINTS[:2], "foot", ask=server)
    assert server.asked[0].startswith("http://streets/foot/table/v1/foot/")


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "NoTable"},
        {"distances": [[0]]},
        {"distances": [["far", 1], [1, 0]]},
        {"durations": [[0, -5], [1, 0]]},
    ],
)
def test_nonsense_is_no_answer(answer: dict[str, Any]) -> None:
    assert measured("http://streets", POINTS[:2], "foot", ask=Server(**answer)) is None


def test_a_way_that_does_not_exist_is_very_long() -> None:
    server = Server(distances=[[0, None], [None, 0]])
    found = measured("http://streets", POINTS[:2], "foot", ask=server)
    assert found is not None
    assert found.metres[0][1] >= 1_000_000


@pytest.mark.parametrize("error", [URLError("refused"), TimeoutError(), ValueError("no JSON")])
def test_a_server_that_fails_is_no_answer(error: Exception) -> None:
    def fails(_url: str) -> bytes:
        raise error

    assert measured("http://streets", POINTS[:2], "foot", ask=fails) is None


def test_a_server_that_is_slow_is_given_up() -> None:
    assert measured("http://streets", POINTS, "foot", seconds=-1, ask=Server()) is None


def test_only_web_addresses_are_asked() -> None:
    assert measured("file:///etc/passwd", POINTS[:2], "foot") is None
