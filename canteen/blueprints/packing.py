"""Answers made smaller on their way: a tablet's network is slow, and its first visit is long.

Styles, scripts and drawings always; of the rest only what a view packs itself. A page that shows
what somebody typed beside a secret of the session is never packed: its length would tell of both.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

from canteen.blueprints import scripts

QUICK, WELL = 1, 6
"""Level 1 for what is made anew each time; 6 for files, which are packed once."""
WORTH_IT = 400
FILES = ("static", scripts.ENDPOINT)
WORDS = ("text/", "application/json", "application/javascript", "image/svg+xml")


def install(app: Flask) -> None:
    """Pack static files that are text."""
    app.after_request(_pack_files)


def packed(answer: Response) -> Response:
    """The answer, compressed where the browser takes that and it is large enough to gain."""
    body = answer.get_data()
    if len(body) >= WORTH_IT and _takes_gzip():
        _replace(answer, gzip.compress(body, QUICK, mtime=0))
    return answer


def _pack_files(answer: Response) -> Response:
    whole = request.endpoint in FILES and request.method == "GET" and answer.status_code == 200
    if not whole or not (answer.mimetype or "").startswith(WORDS) or not _takes_gzip():
        return answer
    answer.direct_passthrough = False
    body = answer.get_data()
    if len(body) >= WORTH_IT:
        _replace(answer, _file_packed(body))
    return answer


@lru_cache(maxsize=256)
def _file_packed(body: bytes) -> bytes:
    return gzip.compress(body, WELL, mtime=0)


def _takes_gzip() -> bool:
    return bool(request.accept_encodings["gzip"])


def _replace(answer: Response, body: bytes) -> None:
    answer.set_data(body)
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers.add("Vary", "Accept-Encoding")
