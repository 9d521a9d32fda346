"""Planning rounds: who carries what to which door in which order, and when they are there.

Pure: frozen facts in, a plan out; no database, no web. `facts` says what is asked, `distances`
how far it is, `solving` looks for good rounds, `checking` tests any plan without the solver's
help, `scheduling` tells when a round is where, `moving` what a change by hand costs, `comparing`
what moved and why.
"""
