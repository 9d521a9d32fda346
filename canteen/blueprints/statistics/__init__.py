"""Statistics over HTTP: the counts, the coverage of the hardship register, their files."""
