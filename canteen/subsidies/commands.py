"""``canteen policies``: check a policy file, read it in words, publish it, adopt it at a site."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click

from canteen.foundation.database import db
from canteen.foundation.terminal import stop
from canteen.foundation.wording import Refusal
from canteen.sites.queries import by_code
from canteen.staff.queries import by_username
from canteen.subsidies import actions, queries
from canteen.subsidies.cases import check_cases, report_lines
from canteen.subsidies.description import describe_policy
from canteen.subsidies.documents import PolicyInvalid, parse_policy
from canteen.subsidies.policy import Policy

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="补贴政策 / subsidy policies")
def policies() -> None:
    """补贴政策文件 / subsidy policy files."""


@policies.command(short_help="核对算例 / price every case")
@click.argument("policy_file", metavar="POLICY.toml", type=FILE)
@click.argument("cases_file", metavar="CASES.csv", type=FILE)
@click.option("--with", "others", multiple=True, type=FILE, help="Another policy in force beside.")
def check(policy_file: Path, cases_file: Path, others: tuple[Path, ...]) -> None:
    """Price every case; exit 1 if one differs, 2 if a file cannot be read."""
    policies = [_read_policy(file) for file in (policy_file, *others)]
    try:
        results = check_cases(policies, _read(cases_file))
    except PolicyInvalid as error:
        _refuse(cases_file, error)
    for line in report_lines(results):
        click.echo(line)
    sys.exit(0 if all(result.passed for result in results) else 1)


@policies.command(short_help="用句子说明 / say in sentences what a policy gives")
@click.argument("policy_file", metavar="POLICY.toml", type=FILE)
def show(policy_file: Path) -> None:
    """Say in plain sentences what a policy gives."""
    for zh, en in describe_policy(_read_policy(policy_file)):
        click.echo(f"{zh}\n  {en}")


@policies.command(short_help="发布 / publish a policy")
@click.argument("policy_file", metavar="POLICY.toml", type=FILE)
@click.option("--by", "username", help="Who publishes: the name this person signs in with.")
def publish(policy_file: Path, username: str | None) -> None:
    """Publish a policy; a published version is never edited. Harmless twice."""
    _read_policy(policy_file)
    document = _read(policy_file)
    with _application():
        by = _staff(username) if username else None
        code = actions.publish_policy(document=document, now=datetime.now(UTC), by=by)
        if isinstance(code, Refusal):
            stop(code)
    click.echo(f"已发布 / published: {code}")


@policies.command(short_help="食堂采用 / let a canteen settle by a policy")
@click.argument("code")
@click.option("--site", "site_code", required=True, help="Code of the canteen.")
@click.option("--from", "first", required=True, help="First day: 2026-01-01.")
@click.option("--until", "last", help="Last day; without it, until further notice.")
def adopt(code: str, site_code: str, first: str, last: str | None) -> None:
    """Let a canteen settle by a published policy. The same first day again moves the last."""
    valid_from, valid_until = _day("--from", first), _day("--until", last) if last else None
    with _application():
        site = by_code(db.session(), site_code)
        if site is None:
            _complain(f"没有代号为“{site_code}”的食堂 / no canteen has this code")
        refusal = actions.adopt_policy(
            site_id=site.id, policy_code=code, valid_from=valid_from, valid_until=valid_until
        )
        if refusal:
            stop(refusal)
    click.echo(f"{site_code}: {code} {_span(valid_from, valid_until)}")


@policies.command("list", short_help="已发布的 / published versions and who settles by them")
def list_policies() -> None:
    """Published versions, and which canteen settles by what from when."""
    with _application():
        published = queries.published_versions(db.session())
        for one in published:
            span = _span(one.valid_from, one.valid_until)
            click.echo(f"{one.code}  v{one.version}  {span}  {one.name}")
        for site_code, adopted in queries.adoptions(db.session()):
            span = _span(adopted.valid_from, adopted.valid_until)
            click.echo(f"{site_code}: {adopted.policy_code}  {span}")
    if not published:
        click.echo("还没有发布政策 / nothing is published yet")


@contextmanager
def _application() -> Iterator[None]:
    from canteen import create_app
    from canteen.foundation import storage

    app = create_app()
    with app.app_context(), app.test_request_context():
        storage.upgrade_database()
        yield


def _staff(username: str) -> int:
    person = by_username(db.session(), username)
    if person is None:
        _complain(f"没有“{username}”这个登录名 / nobody signs in with this name")
    return person.id


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _complain(f"{option} 没有“{text}”这一天，请写成 2026-01-01 / no such day")


def _span(first: date, last: date | None) -> str:
    return f"{first} ~ {last or ''}"


def _complain(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(1)


def _read_policy(file: Path) -> Policy:
    try:
        return parse_policy(_read(file))
    except PolicyInvalid as error:
        _refuse(file, error)


def _read(file: Path) -> str:
    """A text file as utf-8, or as gb18030 if a spreadsheet wrote it so."""
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            click.echo(f"{file}: 不是文本文件 / not a text file", err=True)
            sys.exit(2)


def _refuse(file: Path, error: PolicyInvalid) -> NoReturn:
    for problem in error.problems:
        click.echo(f"{file}: {problem}", err=True)
    sys.exit(2)
