"""Free meals carried by neighbours: who needs one, who carries it, what happened at each door."""
