"""The keys of one installation, and what is done with them.

Five purposes, each with its own keys and its own versions, newest first: `encrypt` for
stored secrets (Fernet: AES-128-CBC with HMAC-SHA256), `lookup` to find an ID number
without reading it, `card` for the codes on diners' cards, `paper` for those on contact cards
and delivery sheets, `session` for sign-in cookies. The newest version writes; every version
still reads. The file is the installation's most precious one: without it no ID number can be
read and no card in anybody's pocket works.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

PURPOSES = ("encrypt", "lookup", "card", "session", "paper")
_FORMAT = 1


class KeyProblem(Exception):
    """The keys are missing, damaged or not the ones that were used."""


class KeysMissing(KeyProblem):
    """There is no key file."""


class KeysDamaged(KeyProblem):
    """There is a key file, and it cannot be understood."""


class WrongKeys(KeyProblem):
    """Something was encrypted with a key that this file does not hold."""


@dataclass(frozen=True)
class Key:
    """One version of a key. `id` is unique in the file; `secret` is 32 random bytes."""

    id: str
    secret: bytes = field(repr=False)
    made_at: datetime | None = None
    """When it took the lead from the one before; None for a first one."""


@dataclass(frozen=True)
class Keys:
    """All keys by purpose, newest first."""

    versions: Mapping[str, tuple[Key, ...]]

    def encrypt(self, text: str) -> str:
        """A token of printable ASCII; the same text gives another token every time."""
        return self._fernet().encrypt(text.encode()).decode("ascii")

    def decrypt(self, token: str) -> str:
        """The text of a token. Raises WrongKeys if no version opens it."""
        try:
            return self._fernet().decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise WrongKeys("no key in this file opens the stored secret") from error

    def opens(self, token: str) -> bool:
        """Whether any version opens a token."""
        try:
            self.decrypt(token)
        except WrongKeys:
            return False
        return True

    def newest_alone(self) -> "Keys":
        """What will be left once every older version is dropped."""
        return Keys({purpose: held[:1] for purpose, held in self.versions.items()})

    def lookup_hash(self, text: str) -> str:
        """64 hex digits by which a secret is stored and matched; the newest key's."""
        return self.lookup_hashes(text)[0]

    def lookup_hashes(self, text: str) -> tuple[str, ...]:
        """The hash under every version: search with all until old rows are hashed anew."""
        return tuple(
            hmac.new(key.secret, text.encode(), hashlib.sha256).hexdigest()
            for key in self.versions["lookup"]
        )

    @property
    def card(self) -> tuple[bytes, ...]:
        """Keys for `canteen.cards.tokens`: make with the first, read with all."""
        return tuple(key.secret for key in self.versions["card"])

    @property
    def paper(self) -> tuple[bytes, ...]:
        """Keys for the codes on contact cards and sheets: make with the first, read with all."""
        return tuple(key.secret for key in self.versions["paper"])

    @property
    def session(self) -> str:
        """Flask's SECRET_KEY."""
        return self.versions["session"][0].secret.hex()

    @property
    def older_sessions(self) -> list[str]:
        """Flask's SECRET_KEY_FALLBACKS."""
        return [key.secret.hex() for key in self.versions["session"][1:]]

    def _fernet(self) -> MultiFernet:
        keys = (key.secret for key in self.versions["encrypt"])
        return MultiFernet([Fernet(base64.urlsafe_b64encode(secret)) for secret in keys])


def load_keys(path: Path, *, make: bool = True) -> Keys:
    """Read the key file; on first use make it.

    Pass ``make=False`` wherever a database with secrets exists already: new keys beside
    old secrets would only hide the loss. Raises KeysMissing or KeysDamaged.
    """
    if make and not path.exists():
        make_keys(path)
    try:
        stored = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise KeysMissing(str(path)) from error
    try:
        return _parse(json.loads(stored))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysDamaged(str(path)) from error


def make_keys(path: Path) -> None:
    """Write a file of fresh keys, readable by its owner alone; an existing one is kept."""
    fresh = Keys({purpose: (_new_key(purpose),) for purpose in PURPOSES})
    draft = _write_draft(path, fresh)
    # Two servers may start at once: linking fails for the second, which then reads the first's.
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def rotate_keys(path: Path, purpose: str, *, now: datetime) -> Keys:
    """Put a new version of one purpose's key in front; nothing that was made is lost.

    Afterwards stored secrets are re-encrypted and hashes computed anew at leisure; cards
    keep working until `drop_old_keys`. Raises KeysMissing, KeysDamaged, or ValueError for
    an unknown purpose.
    """
    if purpose not in PURPOSES:
        raise ValueError(purpose)
    keys = load_keys(path, make=False)
    older = keys.versions[purpose]
    return _replace(path, keys, purpose, (_new_key(purpose, older, now), *older))


def drop_old_keys(path: Path, purpose: str) -> Keys:
    """Keep only the newest version of one purpose's key; what older ones made is void."""
    if purpose not in PURPOSES:
        raise ValueError(purpose)
    keys = load_keys(path, make=False)
    return _replace(path, keys, purpose, keys.versions[purpose][:1])


def _new_key(purpose: str, older: tuple[Key, ...] = (), made_at: datetime | None = None) -> Key:
    taken = [int(key.id.rpartition("-")[2]) for key in older]
    number = max(taken, default=0) + 1
    return Key(f"{purpose}-{number}", secrets.token_bytes(32), made_at)


def _replace(path: Path, keys: Keys, purpose: str, versions: tuple[Key, ...]) -> Keys:
    changed = Keys({**keys.versions, purpose: versions})
    os.replace(_write_draft(path, changed), path)
    return changed


def _write_draft(path: Path, keys: Keys) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(_document(keys), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _document(keys: Keys) -> dict[str, Any]:
    versions = {purpose: [_written(key) for key in keys.versions[purpose]] for purpose in PURPOSES}
    return {"format": _FORMAT, "keys": versions}


def _written(key: Key) -> dict[str, str]:
    made = {"made_at": key.made_at.isoformat()} if key.made_at else {}
    return {"id": key.id, "secret": key.secret.hex(), **made}


def _parse(document: Any) -> Keys:
    if document["format"] != _FORMAT:
        raise ValueError("unknown format of the key file")
    stored = document["keys"]
    versions = {
        purpose: tuple(_parse_key(one) for one in stored[purpose])
        for purpose in PURPOSES
        if purpose in stored or purpose != "paper"
    }
    versions.setdefault("paper", (_first_paper_key(versions["card"]),))
    if not all(versions.values()):
        raise ValueError("a purpose has no key")
    return Keys(versions)


def _first_paper_key(card: tuple[Key, ...]) -> Key:
    """For a file from before there was one: worked out, not drawn.

    So servers that start at once agree, a file that nobody may write serves too, and whatever
    next writes the file keeps it there, before an older card key can be dropped.
    """
    made = hmac.new(card[-1].secret, b"canteen paper key 1", hashlib.sha256)
    return Key("paper-1", made.digest())


def _parse_key(stored: Any) -> Key:
    secret = bytes.fromhex(stored["secret"])
    if len(secret) != 32:
        raise ValueError("a key is not 32 bytes long")
    made_at = stored.get("made_at")
    return Key(str(stored["id"]), secret, datetime.fromisoformat(made_at) if made_at else None)
