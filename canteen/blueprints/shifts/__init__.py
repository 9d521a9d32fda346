"""Shifts over HTTP: opening one, cash meanwhile, the count, the report on paper."""
