"""`canteen ledger`: proving that the money is right."""

import sys

import click
from sqlalchemy import func, select

from canteen.foundation.database import db
from canteen.ledger.models import Account, Transfer
from canteen.ledger.verify import verify
from canteen.settlement.models import Meal
from canteen.settlement.verify import verify_meals


@click.group()
def ledger() -> None:
    """The ledger: where the money is."""


@ledger.command("verify")
def verify_ledger() -> None:
    """Recompute every balance and compare every meal with its transfers; exit 1 if any is off."""
    from canteen import create_app

    with create_app().app_context():
        session = db.session()
        accounts, transfers, meals = (
            session.scalar(select(func.count()).select_from(model))
            for model in (Account, Transfer, Meal)
        )
        findings = 0
        for finding in (*verify(session), *verify_meals(session)):
            findings += 1
            click.echo(f"{finding.rule}: {finding.place}: {finding.found}", err=True)
    checked = f"{accounts} accounts, {transfers} transfers, {meals} meals"
    if findings:
        click.echo(f"账目有 {findings} 处不符 / {findings} findings ({checked})", err=True)
        sys.exit(1)
    click.echo(f"账目相符 / the ledger holds ({checked})")
