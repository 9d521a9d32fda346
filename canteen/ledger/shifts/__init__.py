"""Shifts at a counter: a float, what cash moved meanwhile, a count, and what it was off by.

Whatever a counter books while a shift is open carries the shift's id, found inside the very
statement that books it: a sale asks nobody first, and one that meets a closing shift is either
counted by it or is not in it. A closed shift is never changed. Only what a counter served or undid
alone and told afterwards still comes into it, with what it was off by corrected by the same amount.
"""
