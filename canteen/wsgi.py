"""The application for a WSGI server: settings come from the environment."""

import gc

from canteen import create_app
from canteen.serving import end_with_the_server

end_with_the_server()
app = create_app()

# What is loaded by now lives as long as the process: Python need not look through it for
# garbage again and again. A request makes little that points in circles.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
