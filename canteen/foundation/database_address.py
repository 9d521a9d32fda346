"""The address of a database: in every form people write it, and what is wrong with it.

Said on the terminal before there is an application or a database, hence in both languages
at once. A password never is part of what is said.
"""

import re

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

DRIVER = "postgresql+psycopg"
"""The driver here is psycopg 3, whichever one an address was written for."""
_POSTGRES = re.compile(r"(postgres|postgresql)(\+\w+)?://", re.IGNORECASE)
_NO_RIGHT = "42501"
"""PostgreSQL's code for what somebody may not do, such as making tables in a schema."""


class AddressWrong(ValueError):
    """An address that names no database we can use; its text says which form is expected."""


def read_address(text: str) -> str:
    """An address as SQLAlchemy takes it. Raises AddressWrong.

    Takes ``postgres://``, ``postgresql://`` with any driver, and ``sqlite:///`` with a file: a
    database in memory would be another one in every process.
    """
    written = text.strip()
    found = _POSTGRES.match(written)
    if found:
        written = f"{DRIVER}://{written[found.end() :]}"
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        raise _wrong(text) from None
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise _wrong(text)
        return written
    if not found:
        raise _wrong(text)
    _ask_for_driver()
    return written


def without_password(address: str) -> str:
    """An address that may be shown."""
    return make_url(address).render_as_string(hide_password=True)


def why_unusable(error: DBAPIError) -> str | None:
    """What a database said against being used at all, in one line; None for other errors."""
    if isinstance(error, OperationalError) or getattr(error.orig, "sqlstate", "") == _NO_RIGHT:
        return " ".join(str(error.orig).split())[:300]
    return None


def _wrong(text: str) -> AddressWrong:
    shown = re.sub(r".*@", "…@", re.sub(r"//.*", "//…", text, flags=re.DOTALL))[:40]
    return AddressWrong(
        f"CANTEEN_DATABASE_URL 写的是“{shown}”，不是数据库地址。应为 "
        "postgresql://用户:密码@主机:5432/库名 或 sqlite:////绝对路径/文件.sqlite"
        "（密码里的 @ : / 写成 %40 %3A %2F）\n"
        f"CANTEEN_DATABASE_URL is “{shown}”, expected postgresql://user:password@host:5432/name "
        "or sqlite:////path/file.sqlite (in a password, write @ : / as %40 %3A %2F)"
    )


def _ask_for_driver() -> None:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise AddressWrong(
            "用 PostgreSQL 还要装一个组件：pip install -c constraints.txt -e '.[postgres]'\n"
            "PostgreSQL needs its driver: pip install -c constraints.txt -e '.[postgres]'"
        ) from None
