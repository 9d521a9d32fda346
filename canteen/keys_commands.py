"""`canteen keys`: turning over the keys of an installation without losing what they made."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from canteen.foundation import audit, storage
from canteen.foundation.crypto import PURPOSES, drop_old_keys, rotate_keys
from canteen.foundation.database import db, transaction
from canteen.keys_in_use import Installation, Use, uses_of_older
from canteen.residents.resealing import count_id_numbers, reseal_id_numbers
from canteen.settlement.offline.sealing import reseal_kept_meals

NAMES = {
    "encrypt": "身份证号、没记上的餐加密 / encrypts ID numbers and meals that could not be booked",
    "lookup": "按身份证号查人 / finds people by ID number",
    "card": "饭卡二维码 / codes on cards",
    "paper": "联络卡和送餐单的码 / codes on contact cards and sheets",
    "session": "登录 / sign-ins",
}
LOST_FOR_EVER = ("encrypt", "lookup")
"""What these made cannot be made again without them."""

_purpose = click.argument("purpose", type=click.Choice(PURPOSES))


@click.group(short_help="密钥 / the keys in keys.json")
def keys() -> None:
    """The keys of this installation, in `keys.json` of the data folder.

    To turn one over: back up the data folder, `rotate`, restart every server, `re-encrypt`,
    and, once `list` shows that nothing uses the older one, `drop-old`.
    """


@keys.command(
    "list", short_help="有哪些、旧的还用在哪 / which there are, and what needs older ones"
)
def list_keys() -> None:
    """Every key by purpose, the newest first, and what older ones are still needed for."""
    with _installation():
        held, where = storage.keys(), _here()
        for purpose in PURPOSES:
            click.echo(f"{purpose}: {NAMES[purpose]}")
            for key in held.versions[purpose]:
                made = f"{key.made_at:%Y-%m-%d %H:%M} UTC" if key.made_at else "第一把 / the first"
                click.echo(f"  {key.id}  {made}")
            _tell(uses_of_older(purpose, keys=held, where=where))


@keys.command(short_help="换一把新的 / put a new key in front")
@_purpose
def rotate(purpose: str) -> None:
    """Put a new key in front of PURPOSE's; what the older ones made stays good."""
    with _installation():
        now = datetime.now(UTC)
        changed = rotate_keys(_file(), purpose, now=now)
        _note("rotated_key", purpose, now)
    click.echo(f"新密钥 / new key: {changed.versions[purpose][0].id}")
    click.echo("现在重启所有服务，它们才用新的 / now restart every server, so that it is used")
    if purpose in LOST_FOR_EVER:
        click.echo("然后 / then:  canteen keys re-encrypt")


@keys.command("re-encrypt", short_help="身份证号改用新密钥 / ID numbers under the newest keys")
@click.option("--yes", is_flag=True, help="Every server was restarted since; do not ask.")
def re_encrypt(yes: bool) -> None:
    """Encrypt and hash every ID number with the newest keys, while the canteen serves; and
    what is kept of meals that could not be booked.

    May be ended at any moment and begun again: what is done stays done. Exit 1 where something
    could not be.
    """
    if not yes:
        click.confirm(
            "换密钥以后，所有服务都重启过了吗？/ Was every server restarted since the key changed?",
            abort=True,
        )
    seen = resealed = 0
    problems = False
    with _installation():
        total = count_id_numbers(db.session())
        for batch in reseal_id_numbers(keys=storage.keys(), now=datetime.now(UTC)):
            seen, resealed = seen + batch.seen, resealed + batch.resealed
            click.echo(f"{seen}/{total}")
            problems = problems or bool(batch.unreadable or batch.twice)
            _complain("读不出身份证号的人 / people whose number no key opens", batch.unreadable)
            _complain("身份证号和别人相同的人 / people with another's number", batch.twice)
        meals, unopened = reseal_kept_meals(keys=storage.keys(), now=datetime.now(UTC))
    click.echo(f"身份证号 {resealed} 个改用新密钥 / {resealed} ID numbers under the newest keys")
    if meals:
        click.echo(f"没记上的餐 {meals} 份改用新密钥 / {meals} kept meals under the newest keys")
    if unopened:
        problems = True
        click.echo(
            f"  ! 读不出的没记上的餐 / kept meals no key opens: {len(unopened)}  /meals/offline",
            err=True,
        )
    sys.exit(1 if problems else 0)


@keys.command("drop-old", short_help="丢掉旧的 / forget older keys nothing needs")
@_purpose
@click.option("--void", is_flag=True, help="Even if needed: what they made is void (a leaked key).")
def drop_old(purpose: str, void: bool) -> None:
    """Forget PURPOSE's older keys, once nothing needs them any more; else say what does, exit 1."""
    with _installation():
        uses = uses_of_older(purpose, keys=storage.keys(), where=_here())
        _tell(uses)
        if uses and (purpose in LOST_FOR_EVER or not void):
            raise click.ClickException("旧密钥还有用，没有丢 / older keys are needed and were kept")
        if uses:
            click.confirm("上面这些马上作废？/ Make all of this void now?", abort=True)
        drop_old_keys(_file(), purpose)
        _note("dropped_old_keys", purpose, datetime.now(UTC))
    click.echo("旧密钥已丢，请重启所有服务 / older keys are gone; restart every server")


@contextmanager
def _installation() -> Iterator[None]:
    from canteen import create_app

    with create_app().app_context():
        if storage.is_empty():
            raise click.ClickException("还没有数据库 / no database yet:  canteen upgrade")
        yield


def _file() -> Path:
    return storage.keys_path(Path(current_app.config["DATA"]))


def _here() -> Installation:
    return Installation(
        session=db.session(),
        folder=Path(current_app.config["DATA"]),
        sign_in_lasts=current_app.permanent_session_lifetime,
        now=datetime.now(UTC),
    )


def _tell(uses: list[Use]) -> None:
    for use in uses:
        click.echo(f"  ! {use.zh}：{use.then_zh} / {use.en}: {use.then_en}")


def _complain(what: str, people: tuple[int, ...]) -> None:
    for person in people:
        click.echo(f"  ! {what}: /residents/{person}", err=True)


def _note(action: str, purpose: str, now: datetime) -> None:
    with transaction() as session:
        audit.record(
            session, at=now, staff_id=None, action=action, subject="keys", subject_id=purpose
        )
