"""Slips of paper at a counter: receipts, voids, kitchen tickets. Off until a printer is set.

Nothing is added to a sale. The meals themselves are the queue: a worker (`desk.py`) looks for
meals of counters with a printer that have no slip yet, writes the slips down and prints them,
each once. A printer that is off is tried again for ten minutes, then a person is told.
"""
