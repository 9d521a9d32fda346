"""The people who work here: who they are, what each may do at which site, how they sign in."""
