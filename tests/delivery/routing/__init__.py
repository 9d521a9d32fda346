"""Planning rounds, without a database."""
