"""Work that goes on behind the search, and is left alone when its answer comes too late."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Behind(Generic[Found]):
    """Begins at once, in a thread of its own. `work` is given a question to ask now and then:
    whether it is over. Nobody waits for it: where it cannot ask, it ends a little later."""

    def __init__(self, work: Callable[[Callable[[], bool]], Found | None]) -> None:
        self._over = Event()
        self._result: Found | None = None
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, args=(work,))
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether it has ended by itself."""
        return not self._thread.is_alive()

    @property
    def result(self) -> Found | None:
        """What it came to, once it is done. Raises what it failed with."""
        if self._error is not None:
            raise self._error
        return self._result

    def end(self) -> None:
        """Its answer is not wanted any more."""
        self._over.set()

    def _run(self, work: Callable[[Callable[[], bool]], Found | None]) -> None:
        try:
            self._result = work(self._over.is_set)
        except Exception as error:
            self._error = error
