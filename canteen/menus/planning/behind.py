"""Work that goes on behind the search, and is left alone when its answer comes too late."""

from collections.abc import Callable
from threading import Event, Thread


class Behind:
    """Begins at once, in a thread of its own. `work` is given a question to ask now and then:
    whether it is over. Nobody waits for it: where it cannot ask, it ends a little later."""

    def __init__(self, work: Callable[[Callable[[], bool]], None]) -> None:
        self._over = Event()
        self._done = Event()
        self._error: Exception | None = None
        Thread(target=self._run, args=(work,)).start()

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        return self._done.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most, or until it has come to its end; whether it has."""
        return self._done.wait(seconds)

    def check(self) -> None:
        """Raise what it failed with, if it did."""
        if self._error is not None:
            raise self._error

    def end(self) -> None:
        """Its answer is not wanted any more."""
        self._over.set()

    def _run(self, work: Callable[[Callable[[], bool]], None]) -> None:
        try:
            work(self._over.is_set)
        except Exception as error:
            self._error = error
        finally:
            self._done.set()
