"""HTTP, and nothing else: a view parses, makes one call, answers."""
