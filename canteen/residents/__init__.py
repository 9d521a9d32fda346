"""The people a canteen looks after: who they are, where they live, what they need.

`identity` and `pinyin` know how people write and look up names, numbers and dates.
"""
