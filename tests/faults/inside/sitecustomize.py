"""Taken along by a server under test: Python imports it first, because it is on the path.

``FAULTS_CLOCK`` names a file that holds by how many seconds this process's clock is off.
``FAULTS_UNSYNCED`` names a folder: what SQLite writes is noted there until it is synchronised.
``FAULTS_TESTS`` is the id of the process that runs the tests: killed, it takes the server along.
"""

import os

if os.environ.get("FAULTS_TESTS") == str(os.getppid()):
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

if os.environ.get("FAULTS_CLOCK"):
    import wrong_clock

    wrong_clock.follow(os.environ["FAULTS_CLOCK"])
if os.environ.get("FAULTS_UNSYNCED"):
    import unsynced

    unsynced.watch(os.environ["FAULTS_UNSYNCED"])
