"""Counts and sums over meals as they were: by day, place, person group and payer."""
