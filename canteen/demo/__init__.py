"""The demonstration: one made-up community with two months behind it, for looking and trying.

Nobody in it exists. Places, phones and ID numbers are of a kind that cannot be real; every
price is found by the engine that settles real meals, every balance is a sum of transfers.
It lives in a database of its own and never touches the canteen's.

`build` makes it, `database` knows where it lies and whether it is still fresh, the other
files each bring one thing: the grid, the people, the menus, the meals, the deliveries, the
claims.
"""
