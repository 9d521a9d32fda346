"""One scan, one meal: priced by the policy of the day, paid, receipted, and undone if need be."""
