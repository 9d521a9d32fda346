"""A counter as the page is one: a post with an id of its own, the same again until something
answers, alone where nothing does, and the queue told in order afterwards.
"""

import contextlib
import hashlib
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from benchmarks.clients import sign_in
from tests.faults.server import READY_SECONDS
from tests.faults.town import Town, Tray
from tests.people import PASSWORD

MEALS, QUEUE, ROSTER = "/counter/meals", "/counter/offline-meals", "/counter/roster"
TIMEOUT = 5.0
TRIES = 3
"""As often a tray is posted before the counter goes on alone."""
AT_ONCE = 50
PAUSE, PAUSE_ALONE = 0.02, 0.4
"""Seconds between two trays: the clerk's hand. Slower while alone, or a long outage would use up
the town's cards."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a diner was told when their tray was done, and when (`time.monotonic`)."""

    tray: Tray
    paid_fen: int
    paid_by: str
    alone: bool
    at: float


@dataclass
class Desk:
    """What a counter remembers: what it told people, and what it has still to tell the server."""

    told: dict[UUID, Told] = field(default_factory=dict)
    queue: list[dict[str, Any]] = field(default_factory=list)
    """As IndexedDB keeps it: a meal stands here before anybody is told that it is done."""
    sent: list[dict[str, Any]] = field(default_factory=list)
    """What the server has taken of the queue: what a copy of the device would hold."""
    sequence: int = 0
    refused: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    signed_out: int = 0


class Roster:
    """Today's prices, read as the page reads them (`offline/roster.js`, `decide.js`)."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._people = {hash_: person for person in document["people"] for hash_ in person[0]}

    def shown(self, tray: Tray, minute: int) -> dict[str, Any]:
        """What a tray is said to cost, and its set's name."""
        name, price = next(
            (name, price)
            for period, code, name, price in self._document["sets"]
            if (period, code) == (tray.period, "standard")
        )
        if tray.token is None:
            return _shown(name, "", price, 0, price)
        salted = f"{self._document['salt']}:{tray.token}".encode()
        person = self._people[hashlib.sha256(salted).hexdigest()[:24]]
        begun = [
            offer
            for offer in self._document["offers"][person[6]]
            if (offer[0], offer[1], offer[2], offer[3]) == (tray.period, "standard", "dine_in", "")
            and offer[4] <= minute
        ]
        price, subsidy, paid, *_why = self._document["quotes"][begun[-1][5]]
        return _shown(name, person[2], price, subsidy, paid)


class Line:
    """A signed-in page's way to the server: one request, one try."""

    def __init__(self, port: int, username: str) -> None:
        self._port, self._username = port, username
        self._headers: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def sign_in(self) -> None:
        """As the clerk does in the morning; once more where one worker of two is not awake yet."""
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                self._headers = sign_in("127.0.0.1", self._port, self._username, PASSWORD)
                return
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def another(self) -> "Line":
        """A second page of the same person, with the same cookie."""
        line = Line(self._port, self._username)
        line._headers = self._headers
        return line

    def post(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        """(status, answer); (0, None) where nothing came that says what was done."""
        return self._ask("POST", path, json.dumps(body))

    def form(self, path: str, fields: str) -> tuple[int, str]:
        """Send a page's form: (status, where it leads); (0, "") where nothing came."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", path, fields, {**self._headers, **kind})
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 500 or answer.status == 429:
                return 0, ""
            return answer.status, answer.getheader("Location") or ""
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, Any]:
        """The same for reading."""
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, Any]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        try:
            self._connection.request(method, path, body, self._headers)
            answer = self._connection.getresponse()
            read = answer.read()
            if answer.status >= 500 or answer.status == 429:
                return 0, None
            if answer.status in (302, 401):
                return 401, None
            return answer.status, json.loads(read)
        except (OSError, http.client.HTTPException, ValueError):
            self._connection.close()
            self._connection = None
            return 0, None


class Counter(threading.Thread):
    """One clerk at one counter, serving trays until told to stop."""

    def __init__(
        self,
        town: Town,
        number: int,
        *,
        port: int,
        trays: Iterator[Tray],
        roster: Roster,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(daemon=True)
        self.desk = Desk()
        self.line = Line(port, town.clerks[number])
        self.clock = clock
        self.alone = False
        self.mistake: BaseException | None = None
        self.at_once = AT_ONCE
        self._device = town.devices[number]
        self.trays, self._roster = trays, roster
        self._over = threading.Event()

    def run(self) -> None:
        """Serve; what goes wrong here is the harness's own fault and fails the test."""
        try:
            while not self._over.is_set():
                self.serve(next(self.trays))
                if self.alone:
                    self.tell()
                time.sleep(PAUSE_ALONE if self.alone else PAUSE)
        except BaseException as error:
            self.mistake = error

    def leave(self) -> None:
        """No more trays after this one."""
        self._over.set()

    def end(self) -> None:
        """Wait until the last tray is done."""
        self.leave()
        if self.ident is not None:
            self.join(timeout=30)
        assert not self.is_alive(), "a counter did not end"
        if self.mistake is not None:
            raise self.mistake

    def serve(self, tray: Tray) -> None:
        """One tray, from the scan to what the diner is told."""
        meal_id = uuid4()
        if not self.alone:
            order = {"id": str(meal_id), **self._order(tray)}
            for _try in range(TRIES):
                status, answer = self.line.post(MEALS, order)
                if status == 401:
                    self._sign_in_again()
                elif status in (200, 201):
                    self._tell_diner(meal_id, tray, answer, alone=False)
                    return
                elif status:
                    self.desk.refused.append(answer.get("code", str(status)))
                    return
            self.alone = True
        self._serve_alone(meal_id, tray)

    def tell(self) -> bool:
        """Tell the queue, if somebody is there to hear it; True when nothing waits."""
        if self.line.post(QUEUE, {"meals": []})[0] != 200:
            return False
        while self.desk.queue:
            told = self.desk.queue[: self.at_once]
            status, answer = self.line.post(QUEUE, {"meals": told})
            if status == 401:
                self._sign_in_again()
            if status == 0:  # so many may take the server too long
                self.at_once = max(1, self.at_once // 2)
            if status != 200:
                return False
            self.heard(answer["answers"])
        self.alone = False
        self.at_once = AT_ONCE
        return True

    def heard(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """A meal leaves the queue by the server's answer for it, and by nothing else."""
        by_id = {answer["id"]: answer for answer in answers}
        left = []
        for meal in self.desk.queue:
            answer = by_id.get(meal["id"])
            if answer is None or answer["reason"] == "busy":
                left.append(meal)
            elif answer["outcome"] == "refused":
                self.desk.stuck.append(answer["reason"])
            else:
                self.desk.sent.append(meal)
        self.desk.queue = left

    def tell_all(self, seconds: float = 60.0) -> None:
        """Until nothing waits any more."""
        until = time.monotonic() + seconds
        while not self.tell():
            assert time.monotonic() < until, f"{len(self.desk.queue)} meals could not be told"
            time.sleep(0.1)

    def serve_alone(self, tray: Tray) -> UUID:
        """One tray without asking."""
        meal_id = uuid4()
        self._serve_alone(meal_id, tray)
        return meal_id

    def take_back(self, meal_id: str) -> UUID:
        """Undo a meal that was not told yet: `alone.js` marks it and tells the diner so."""
        for meal in self.desk.queue:
            if meal["id"] == meal_id:
                meal["undone"] = True
        return UUID(meal_id)

    def _serve_alone(self, meal_id: UUID, tray: Tray) -> None:
        at = self.clock()
        local = at.astimezone(UTC) + timedelta(hours=8)
        shown = self._roster.shown(tray, local.hour * 60 + local.minute)
        self.desk.sequence += 1
        self.desk.queue.append(
            {
                "id": str(meal_id),
                **self._order(tray),
                **shown,
                "channel": "dine_in",
                "at": at.isoformat(),
                "sequence": self.desk.sequence,
                "undone": False,
            }
        )
        paid_by = tray.pay_by if shown["paid_fen"] else "free"
        self._tell_diner(meal_id, tray, {**shown, "paid_by": paid_by}, alone=True)

    def _order(self, tray: Tray) -> dict[str, Any]:
        return {
            "token": tray.token,
            "guest": tray.token is None,
            "period": tray.period,
            "set": "standard",
            "device_id": self._device,
            "pay_by": tray.pay_by,
        }

    def _tell_diner(
        self, meal_id: UUID, tray: Tray, receipt: Mapping[str, Any], *, alone: bool
    ) -> None:
        self.desk.told[meal_id] = Told(
            tray=tray,
            paid_fen=receipt["paid_fen"],
            paid_by=receipt["paid_by"],
            alone=alone,
            at=time.monotonic(),
        )

    def _sign_in_again(self) -> None:
        self.desk.signed_out += 1
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.line.sign_in()


def _shown(name: str, title: str, price: int, subsidy: int, paid: int) -> dict[str, Any]:
    return {
        "set_name": name,
        "title": title,
        "price_fen": price,
        "subsidy_fen": subsidy,
        "paid_fen": paid,
    }
