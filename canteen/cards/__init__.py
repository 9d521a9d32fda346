"""Cards: the code in a person's pocket, its loss and replacement, its money.

A code holds 22 digits and nothing about the person (`tokens`); `qr` draws it.
"""
