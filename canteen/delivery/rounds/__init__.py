"""On the way: boxes counted, doors reported, stops handed to a colleague, boxes brought back.

A volunteer's phone keeps today's own doors under lock and tells what happened as events, each
with an id of its own and the time it happened. `rules` says what an event may mean by now,
`actions` takes each exactly once, in whatever order they come, and keeps what the books judge
otherwise for a person to look at. Where a round stands is folded from its events, so that no
order of arrival can leave it wrong.
"""
