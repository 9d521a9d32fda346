"""The application for a WSGI server: settings come from the environment."""

from canteen import create_app

app = create_app()
