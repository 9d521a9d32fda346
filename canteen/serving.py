"""The production server: waitress, pure Python, on every system."""

import waitress
from flask import Flask


def serve_application(app: Flask, *, host: str, port: int, threads: int) -> None:
    """Serve until interrupted. Plain http; HTTPS is a proxy's work."""
    waitress.serve(app, host=host, port=port, threads=threads, ident="canteen")
