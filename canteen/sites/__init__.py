"""The canteens themselves: where they are, when they serve, what a set costs, which days count."""
