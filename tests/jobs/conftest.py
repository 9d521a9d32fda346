"""The kinds of long work of these tests are known to all of them."""

from tests.jobs import kinds

assert kinds.count_bowls
