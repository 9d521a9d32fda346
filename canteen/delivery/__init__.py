"""Free meals carried by neighbours: who needs one, who carries it, what happened at each door.

`register` says who gets a box on a day, `portions` counts the same boxes for kitchen, labels
and claim; `rules` splits the doors, a roster fixes them, `standing` says which still stand.
`needs` holds applications, the line, pauses, single days and the cut-off; `volunteering`
teams, days off with their substitutes, hours and the agreement; `requests` what residents
ask for besides a meal.
"""
