"""Printers of counters, reprints, and a receipt as a small page."""
