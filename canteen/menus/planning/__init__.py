"""Filling weeks by computer, with a person in charge.

`facts` says what a plan is asked of and what it is; `rules` says where a dish may stand and what
each soft rule is worth, `around` what stands beside the plan; `scoring` counts a plan's soft rules
and `checking` its hard ones, both in plain Python and without a solver. `model` says the same to
the solvers, `search` solves it in bounded time with two of them (`branching` bounds and proves,
CP-SAT fits dishes into days), `conflicts` explains why nothing fits, `nearest` finds the plan that
breaks least, `allowing` says what that one would take, and `changing` re-plans with the fewest
changes and ranks alternatives. Nothing here knows the database: `canteen.menus.plan_facts` reads,
`canteen.menus.plan_actions` writes.
"""
