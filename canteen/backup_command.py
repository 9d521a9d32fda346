"""`canteen backup`: all that one installation owns, copied while it serves."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import Engine

from canteen.foundation import storage, uploads
from canteen.foundation.database import db

_REST_OF_SQLITE = ("-wal", "-shm", ".turn")


@click.command(short_help="备份 / copy everything, while it serves")
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Copy database, keys, certificates and photos to FOLDER, which must be new.

    FOLDER appears only when it is whole. To restore: stop, put it in the place of the data
    folder, `canteen ledger verify`, serve. Of PostgreSQL only `pg_dump` copies the database.
    """
    from canteen import create_app

    with create_app().app_context():
        data = Path(current_app.config["DATA"]).resolve()
        target = folder.resolve()
        if target.exists() or target.is_relative_to(data):
            raise click.BadParameter(
                f"{folder}：要一个还没有的、不在数据文件夹里的文件夹 / a new one, outside the data",
                param_hint="FOLDER",
            )
        if storage.is_empty():
            raise click.ClickException("还没有数据库 / no database yet")
        draft = target.with_name(f"{target.name}.part")
        shutil.rmtree(draft, ignore_errors=True)  # of one that was interrupted
        draft.mkdir(parents=True, mode=0o700)
        own = _copy_database(db.engine, draft)  # first: what it names is in the folder by then
        shutil.copytree(data, draft, dirs_exist_ok=True, ignore=_left_out(own))
        draft.rename(target)
    click.echo(f"已备份 / copied: {folder}")
    if own is None:
        click.echo(
            "数据库请用 pg_dump 另外备份 / back up the database itself with pg_dump", err=True
        )


def _copy_database(engine: Engine, folder: Path) -> Path | None:
    """A file of SQLite as it stands at one moment, proven sound; None for another server's."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    own, copy = Path(engine.url.database).resolve(), folder / "canteen.sqlite"
    with closing(sqlite3.connect(own)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        raise click.ClickException(f"数据库文件坏了 / the database is damaged: {said}")
    return own


def _left_out(own: Path | None) -> Callable[[Any, list[str]], set[str]]:
    """The live database and what SQLite keeps beside it; registers that wait for somebody to
    confirm them, which must not outlive their day in a copy."""
    names = {f"{own.name}{end}" for end in ("", *_REST_OF_SQLITE)} if own else set()

    def ignore(folder: Any, found: list[str]) -> set[str]:
        here = own is not None and Path(folder).resolve() == own.parent
        waiting = {name for name in found if uploads.is_kept_file(name)}
        return waiting | (names & set(found) if here else set())

    return ignore
