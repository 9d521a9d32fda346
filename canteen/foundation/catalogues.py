"""Translations: one PO file per room, read together, compiled into one catalogue.

Compiled when the package is built, and again at start when a PO file of a checkout is
newer than what was compiled. Only the standard library and Babel are used, because the
build runs this file before anything else is installed.
"""

import io
import os
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def merged(folder: Path, locale: str) -> Catalog:
    """Every room's PO file of one language as one catalogue.

    Raises ValueError if two files translate one msgid differently.
    """
    whole = Catalog(locale=locale, charset="utf-8")
    origin: dict[object, str] = {}
    for path in sorted((folder / locale).glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=locale)
        for message in part:
            if not message.id or not message.string or message.fuzzy:
                continue
            known = whole.get(message.id)
            if known is not None and known.string != message.string:
                raise ValueError(
                    f"{message.id!r} is translated in {origin[message.id]} and in {path.name}"
                )
            whole.add(message.id, message.string)
            origin[message.id] = path.name
    return whole


def compile_all(folder: Path) -> None:
    """Write ``<locale>/LC_MESSAGES/messages.mo`` for every language in `folder`."""
    for language in (entry for entry in folder.iterdir() if entry.is_dir()):
        target = language / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(exist_ok=True)
        buffer = io.BytesIO()
        write_mo(buffer, merged(folder, language.name))
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(buffer.getvalue())
        Path(name).chmod(0o644)
        Path(name).replace(target)  # several servers may start at once


def compile_if_stale(folder: Path) -> None:
    """Compile where a PO file is newer; an installed package that cannot be written is fresh."""
    for language in (entry for entry in folder.iterdir() if entry.is_dir()):
        target = language / "LC_MESSAGES" / "messages.mo"
        compiled = target.stat().st_mtime if target.exists() else 0.0
        newest = max((path.stat().st_mtime for path in language.glob("*.po")), default=0.0)
        if newest > compiled and os.access(language, os.W_OK):
            compile_all(folder)
            return
