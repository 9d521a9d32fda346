"""Nobody answers (智守护): a timed ladder from the second knock to 110, till a person ends it.

`rules` says whose turn it is and what is late, `ladder` what a site does in which order,
`opening` begins an alarm beside the outcome that asks for it, `missing` finds diners who stay
away, `actions` records what people did, `board` shows rounds and alarms in one look.
"""
