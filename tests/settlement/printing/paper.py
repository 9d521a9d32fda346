"""A printer on this machine that keeps what it gets, and can be off, out of paper, or cut off."""

import contextlib
import socket
import threading

from canteen.foundation.database import transaction
from canteen.settlement.printing import actions
from canteen.sites.models import Device
from tests.people import NOW


class NetworkPrinter:
    """Listens on 127.0.0.1. One connection is one slip."""

    def __init__(self) -> None:
        self._slips: list[bytes] = []
        self.paper = True
        self.cuts_off = False
        """Whether its plug is pulled as soon as a slip arrives."""
        self.answers = True
        """Whether it says something when it is asked for its paper."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._at = self._socket.getsockname()
        self.address = f"{self._at[0]}:{self._at[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        """Switch it off: nothing listens any more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _whom = self._socket.accept()
                with connection:
                    self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        whole = b""
        with contextlib.suppress(OSError):
            while piece := connection.recv(4096):
                whole += piece
                while (at := whole.find(b"\x10\x04")) >= 0 and len(whole) > at + 2:
                    whole = whole[:at] + whole[at + 3 :]  # DLE EOT: how is the paper?
                    if self.answers:
                        connection.sendall(b"\x12" if self.paper else b"\x72")
                if whole and self.cuts_off:  # before the question that follows it
                    return
        if whole:
            self._slips.append(whole)

    @property
    def slips(self) -> list[bytes]:
        """What was printed by all who came before this asks."""
        with contextlib.suppress(OSError), socket.create_connection(self._at, timeout=60) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)  # answered in turn, by its end
        return self._slips

    def said(self, number: int = -1) -> str:
        """The words of a slip."""
        return words(self.slips[number])


def words(slip: bytes) -> str:
    """What people read of a slip."""
    return slip.decode("gb18030", errors="ignore")


def set_printer(device_id: int, address: str, **values: object) -> None:
    """A counter's printer, set up before lunch."""
    wanted = {
        "connection": "network",
        "address": address,
        "paper_mm": 80,
        "receipts": True,
        "tickets": "none",
        **values,
    }
    with transaction() as session:
        clerk = session.get_one(Device, device_id)
        assert clerk is not None
    actions.save_printer(device_id=device_id, values=wanted, now=NOW, by=1)
