"""Claims: what each funder is asked to pay, line by line, and what it has paid.

The canteen fronts every subsidy; a claim gathers the funder's entries of a month or a
quarter, is closed once and never changes. What is voided later stands in the next claim.
"""
