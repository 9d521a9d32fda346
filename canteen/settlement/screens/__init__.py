"""Tablets turned to the diner: what one of them may read, and how it comes to.

A tablet is invited at a counter by a code of six digits, good once and for ten minutes. It
gets a token in exchange, kept here as a hash, and with it reads what that counter shows the
diner: a title, what the meal costs, who pays what, the balance. It signs nobody in.

The counter posts what it shows; the tablet asks about once a second, because a request that
waited would hold one of the server's few threads for each tablet. An answer without news is
one read by an index and 304. Processes share no memory, so what is shown stands in the
tablet's own row, and the next tray, or the counter falling idle, writes over it.
"""
