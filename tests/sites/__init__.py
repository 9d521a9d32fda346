"""The canteen itself: its settings as a manager types them."""
