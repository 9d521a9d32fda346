"""Pages of the residents' room: people, the grid, lists from and to files."""
