"""``canteen policies``: check a policy file against worked cases, or read it in words."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from canteen.subsidies.cases import check_cases, report_lines
from canteen.subsidies.description import describe_policy
from canteen.subsidies.documents import PolicyInvalid, parse_policy
from canteen.subsidies.policy import Policy

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def policies() -> None:
    """补贴政策文件 / subsidy policy files."""


@policies.command()
@click.argument("policy_file", metavar="POLICY.toml", type=FILE)
@click.argument("cases_file", metavar="CASES.csv", type=FILE)
def check(policy_file: Path, cases_file: Path) -> None:
    """Price every case; exit 1 if one differs, 2 if a file cannot be read."""
    policy = _read_policy(policy_file)
    try:
        results = check_cases(policy, _read(cases_file))
    except PolicyInvalid as error:
        _refuse(cases_file, error)
    for line in report_lines(results):
        click.echo(line)
    sys.exit(0 if all(result.passed for result in results) else 1)


@policies.command()
@click.argument("policy_file", metavar="POLICY.toml", type=FILE)
def show(policy_file: Path) -> None:
    """Say in plain sentences what a policy gives."""
    for zh, en in describe_policy(_read_policy(policy_file)):
        click.echo(f"{zh}\n  {en}")


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
