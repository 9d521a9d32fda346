"""A thread of the worker: it deletes tables that were uploaded and never confirmed.

Without a worker the next upload deletes them.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from canteen.foundation import uploads
from canteen.foundation.jobs.repeating import keep_looking


def keep_clearing(app: Flask, *, is_ending: Callable[[], bool]) -> None:
    """Clear every few minutes until `is_ending`."""
    folder = uploads.folder_in(app.config["DATA"])
    keep_looking(
        app,
        lambda: uploads.sweep(folder, now=datetime.now(UTC)),
        what="clearing uploads",
        is_ending=is_ending,
    )
