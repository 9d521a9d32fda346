"""Subsidy policies over HTTP: sentences, drafts, the test bench, publishing."""
