"""What diners thought of a dish, counted from paper: 好, 一般, 不好. Pure."""

from dataclasses import dataclass

BEST, FAIR, WORST = 500, 300, 100
"""Hundredths of a point for 好, 一般 and 不好."""
PRIOR_VOTES = 10
PRIOR = 350
"""A dish nobody has judged counts as 3.5, and as if ten people had said so."""
MOST_VOTES = 5_000


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Votes for one dish."""

    good: int = 0
    fair: int = 0
    poor: int = 0

    @property
    def votes(self) -> int:
        """How many people said something."""
        return self.good + self.fair + self.poor

    @property
    def average(self) -> int | None:
        """Hundredths of a point from 100 to 500, half up; None without a vote."""
        return (2 * self._points + self.votes) // (2 * self.votes) if self.votes else None

    @property
    def shrunk(self) -> int:
        """The average as if `PRIOR_VOTES` more people had said `PRIOR`, half up.

        Three glad people do not make a dish the best of the year: with few votes it stays near
        3.5, with a hundred it is nearly its own average.
        """
        votes = self.votes + PRIOR_VOTES
        return (2 * (self._points + PRIOR_VOTES * PRIOR) + votes) // (2 * votes)

    @property
    def _points(self) -> int:
        return BEST * self.good + FAIR * self.fair + WORST * self.poor
