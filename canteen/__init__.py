"""Canteen: meals for old people, planned, served, delivered and counted."""
