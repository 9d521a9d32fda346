"""Subsidies: who pays what part of a meal, and why.

A policy is a TOML document (`documents` reads it by `reading` and `values`, `writing`
writes it, `checks` refuses contradictions, `description` tells it in sentences) that
becomes a frozen `Policy` (`policy`; its tests of a person and a moment: `conditions`). The
engine starts in `rules`: it takes the facts of one meal (`facts`) and the policies in force
and answers with a priced meal: the parts of every funder, what the diner pays, and a reason
line in both languages (`reasoning`; why somebody does not pay, in the words of `misses`).
On the way `eligibility` tests the person and the moment, `reach` says which part of a price
a rule is about, `amounts` turns effects into fen, `combining` and `caps` let claims meet,
`grants` adds what the canteen earns. `cases` proves a policy by worked examples
(`case_reading` reads their file); ready policies lie in `policies/`, each beside its cases.
`checks` asks `rule_checks`, `clause_checks` (who and when) and `cap_checks`, which refuses
a cap that never binds because `limits` bounds what a policy can give at all; `entitlement`
asks the engine what one person gets, until when, and what comes after.

All of that is pure: no database, no clock, no randomness. `models`, `queries` and
`actions` keep published versions and who settles by them.
"""
