"""Pages about what one person is entitled to."""
