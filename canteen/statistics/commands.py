"""`canteen statistics`: folding, for whoever closes the day or a timer."""

import click

from canteen.statistics.actions import fold_meals


@click.group(short_help="统计 / counts of meals")
def statistics() -> None:
    """Counts of meals."""


@statistics.command(short_help="每晚汇总 / count the days that changed")
def fold() -> None:
    """Count the days that changed once, so that pages need not read their meals again."""
    from canteen import create_app

    with create_app().app_context():
        days = fold_meals()
    click.echo(f"已汇总 {days} 天 / days counted: {days}")
