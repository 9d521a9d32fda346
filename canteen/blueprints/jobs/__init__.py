"""The page of one piece of long work: how far it is, stopping it, where it led."""
