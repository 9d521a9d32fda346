"""The kitchen over HTTP: portions expected, and what to buy."""
