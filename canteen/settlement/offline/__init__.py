"""Meals that a counter served while nothing answered, and how they come into the books.

The device decides by what it was given: quotes that the one engine made (`roster`). When the
way is open again it tells what it did, in order. `rules` compares that with what is true by
now, `actions` books it exactly once, and `queries` lists for the manager whatever the server
would have done otherwise. A tray that was eaten is never dropped, and the diner never pays
more than they were told. Where the system itself fails at one, it is kept beside the device
(`unbooked`, `sealing`): the manager sees it, has it tried again, or closes it.
"""
