"""The ground every room stands on: database, money, calendar, keys, audit, wording.

It knows nothing of meals.
"""
