"""The plain http port beside HTTPS: a small server in a process of its own.

By default it opens only what everybody may see without signing in (the certificate, how to
install it, the public menu) and sends the rest to HTTPS.
"""

import threading
import time

import click
import waitress

from canteen import create_app
from canteen.foundation.jobs.companion import WRONG_SETTINGS
from canteen.foundation.jobs.ending import Ending

THREADS = 4


def run(*, host: str, port: int, whole: bool) -> int:
    """Serve until the server beside is gone; the exit code.

    Its cookies have a name of their own: a browser does not let plain http replace the
    cookies that HTTPS has set.
    """
    ending = Ending()
    ending.listen(beside_server=True)
    app = create_app(
        PLAIN_DOOR=not whole,
        SESSION_COOKIE_SECURE=False,
        SESSION_COOKIE_NAME="canteen_plain",
    )
    try:
        server = waitress.create_server(app, host=host, port=port, threads=THREADS, ident="canteen")
    except OSError:
        click.echo(f"端口 {port} 打不开 / cannot listen on port {port}", err=True)
        return WRONG_SETTINGS
    threading.Thread(target=server.run, daemon=True).start()
    while not ending():
        time.sleep(0.25)
    return 0
