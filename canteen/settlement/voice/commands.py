"""`canteen voice`: the sounds a counter speaks with where its device has no Chinese voice."""

import zipfile
from pathlib import Path

import click

from canteen.config import data_folder
from canteen.settlement.voice import phrases
from canteen.settlement.voice.pack import read_pack, write_pack
from canteen.settlement.voice.recordings import read_recordings
from canteen.settlement.voice.sounds import NotASound
from canteen.settlement.voice.synthesis import available, synthesise


@click.group(short_help="窗口语音 / the counter's voice")
def voice() -> None:
    """The counter's voice, for tablets that have no Chinese one."""


@voice.command(short_help="合成语音 / speak every word once")
def make() -> None:
    """Speak every word with this computer's synthesiser (extra `voice`), once."""
    engine = available()
    if engine is None:
        raise click.ClickException(
            "没有语音合成：pip install 'canteen[voice]'，或用 canteen voice load 装录音 / "
            "no synthesiser here: install the extra `voice`, or load recordings"
        )
    _make(engine)
    _show()


@voice.command(short_help="要录的词 / the words to record")
@click.option("--all", "everything", is_flag=True, help="Also what only sounds better recorded.")
def words(everything: bool) -> None:
    """The words to record, one a line: each as a WAV file of that name."""
    for word in phrases.EVERY if everything else phrases.NEEDED:
        click.echo(word)


@voice.command(short_help="装入录音 / take recordings")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--fill", is_flag=True, help="Let the synthesiser say what was not recorded.")
def load(source: Path, fill: bool) -> None:
    """Take recordings from a folder or zip of WAV files, each named by its word."""
    try:
        found = read_recordings(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise click.ClickException(f"打不开 / cannot open: {source}") from error
    for problem in found.problems:
        click.echo(f"× {problem}", err=True)
    clips = dict(found.clips)
    if fill and available():
        clips = synthesise(w for w in phrases.EVERY if w not in clips) | clips
    missing = [word for word in phrases.NEEDED if word not in clips]
    if missing or (found.problems and not fill):
        if missing:
            click.echo(f"还缺 / missing: {'、'.join(missing)}", err=True)
        raise click.ClickException("没有改动，原来的语音还在 / nothing changed")
    write_pack(data_folder(), clips, made_by="recordings")
    _show()


@voice.command(short_help="现有语音 / what voice there is")
def status() -> None:
    """What voice there is."""
    _show()


def make_if_missing(data: Path) -> None:
    """At the start of a server: a voice, if there is none and a synthesiser is here.

    Whatever goes wrong with it, the canteen opens: tones, colour and words remain.
    """
    engine = available()
    if engine is None or read_pack(data) is not None:
        return
    try:
        write_pack(data, synthesise(phrases.EVERY), made_by=engine)
    except (NotASound, OSError) as error:
        click.echo(f"语音没有做成 / no voice was made: {error}", err=True)


def _make(engine: str) -> None:
    try:
        write_pack(data_folder(), synthesise(phrases.EVERY), made_by=engine)
    except NotASound as error:
        raise click.ClickException(str(error)) from error


def _show() -> None:
    found = read_pack(data_folder())
    if found is None:
        click.echo("还没有语音 / no voice yet: canteen voice make")
        return
    click.echo(f"{found.made_by}: {len(found.words)} 个词 / words, {found.size // 1024} KB")
