"""`canteen rounds`: what a round leaves behind and must not stay for ever."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from canteen.delivery.rounds.photos import FOLDER, forget_photos


@click.group(short_help="送餐 / rounds of meals brought home")
def rounds() -> None:
    """Rounds of meals brought home."""


@rounds.command("forget-photos", short_help="删过期的门口照片 / delete photos whose days are over")
def forget() -> None:
    """Delete photos from doors whose days (a setting of each site) are over; for a daily timer."""
    from canteen import create_app

    with create_app().app_context():
        folder = Path(current_app.config["DATA"]) / FOLDER
        number = forget_photos(folder, now=datetime.now(UTC))
    click.echo(f"删除照片 {number} 张 / photos deleted: {number}")
