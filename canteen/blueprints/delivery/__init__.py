"""HTTP of the delivery room: rosters, rounds, the register, volunteers."""
