"""Subsidies: who pays what part of a meal, and why.

A policy is a document (`documents`, kept as TOML) that becomes a frozen `Policy`
(`policy`). The engine (`rules`) takes the facts of one meal (`facts`) and the policies
in force, and answers with a priced meal: the parts of every funder, what the diner
pays, and a reason line in both languages (`wording`). `eligibility` tests a person and
a moment, `amounts` turns effects into fen, `checks` refuses policies that contradict
themselves, `cases` proves a policy by worked examples. Ready policies lie in
`policies/`, each beside its cases.

All of this is pure: no database, no clock, no randomness.
"""
