"""Plans of rounds (电脑排路线): asked for, offered, taken or put away, changed by hand.

`facts` reads what the planner in `routing` needs of a day, `jobs` has it look in the worker,
`documents` says what is kept of a plan, `reading` lays a kept plan beside the day as it is now.
`wishes` remembers what a door asks of rounds, `server` asks a route server how far it is.
"""
