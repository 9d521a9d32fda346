"""Text that no database column can hold is refused at the door.

PostgreSQL stores no NUL character and SQLite would, so one answer for both: a request that
contains one was not typed by a person.
"""

from flask import Flask, abort, request


def install(app: Flask) -> None:
    """Look at every request's text before any view does."""
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if request.is_json:
        if b"\\u0000" in request.get_data(cache=True):
            abort(400)
        return
    fields = (*request.args.items(multi=True), *request.form.items(multi=True))
    if any("\x00" in name or "\x00" in value for name, value in fields):
        abort(400)
