"""Clips: read, tidied, packed, and what is wrong with a recording is said."""

import io
import math
import wave
import zipfile
from array import array
from pathlib import Path

import pytest
from click.testing import CliRunner

from canteen.residents.pinyin import title_of
from canteen.settlement.speech import said_receipt, said_reversal
from canteen.settlement.voice import commands, phrases
from canteen.settlement.voice.pack import mark_of, pack_file, read_pack, write_pack
from canteen.settlement.voice.recordings import read_recordings
from canteen.settlement.voice.sounds import RATE, NotASound, read_wav, tidy, to_mu_law
from canteen.settlement.voice.synthesis import _asked, available, synthesise


def hum(seconds: float = 0.3, *, rate: int = RATE, silence: float = 0.0) -> array:
    """A note of 440 Hz with silence around it."""
    quiet = [0] * int(silence * rate)
    note = [int(9000 * math.sin(440 * 2 * math.pi * n / rate)) for n in range(int(seconds * rate))]
    return array("h", [*quiet, *note, *quiet])


def wav(samples: array, *, rate: int = RATE, channels: int = 1) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def record(folder: Path, words: tuple[str, ...] = phrases.NEEDED) -> Path:
    folder.mkdir()
    for word in words:
        (folder / f"{word}.wav").write_bytes(wav(hum(silence=0.2)))
    return folder


def test_silence_around_a_word_goes_and_every_word_is_as_loud() -> None:
    quiet = array("h", [value // 4 for value in hum(0.3, silence=1.0)])
    clip = tidy(quiet)
    assert 0.3 < len(clip) / RATE < 0.34
    assert 25_000 < max(clip) <= 26_000
    assert clip[0] == 0, "a clip begins without a click"


def test_any_rate_and_stereo_become_one_rate_and_one_channel() -> None:
    high = read_wav(wav(hum(rate=44_100), rate=44_100))
    assert abs(len(high) / RATE - 0.3) < 0.01
    low = read_wav(wav(hum(rate=8000), rate=8000))
    assert abs(len(low) / RATE - 0.3) < 0.01
    both = array("h", [value for value in hum() for _side in range(2)])
    assert len(read_wav(wav(both, channels=2))) == len(hum())


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"no sound", "不是 WAV"), (wav(array("h", [0] * RATE)), "没有声音"),
     (wav(hum(0.01)), "太短"), (wav(hum(6.0)), "太长")],
    ids=["not a wav", "silent", "short", "long"],
)  # fmt: skip
def test_what_is_no_word_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(NotASound, match=said):
        tidy(read_wav(data))


def test_mu_law_is_the_standards() -> None:
    # ITU-T G.711: silence is 0xFF, the loudest 0x80 and 0x00; symmetrical around them.
    assert to_mu_law(array("h", [0, 32_767, -32_768])) == bytes([0xFF, 0x80, 0x00])
    assert to_mu_law(array("h", [1000, -1000])) == bytes([0xCE, 0x4E])


def test_a_pack_tells_its_words_and_its_mark_changes(tmp_path: Path) -> None:
    assert mark_of(tmp_path) is None
    assert read_pack(tmp_path) is None
    write_pack(tmp_path, {"一": hum(), "元": hum(0.2)}, made_by="recordings")
    pack = read_pack(tmp_path)
    assert pack is not None
    assert pack.words == ("一", "元")
    write_pack(tmp_path, {"一": hum()}, made_by="recordings")
    assert mark_of(tmp_path) != pack.mark
    pack_file(tmp_path).write_bytes(b"\x04\x00\x00\x00nope")
    assert read_pack(tmp_path) is None


def test_every_title_and_every_sentence_is_made_of_the_needed_words() -> None:
    for gender in ("female", "male", None):
        for age in (30, 55, 82):
            assert title_of("陈", gender, age)[0].removeprefix("陈") in phrases.TITLES
    sentences = [
        said_receipt(title="陈奶奶", paid_fen=1_234_565, balance_fen=40_050, cash=True),
        said_receipt(title="", paid_fen=0, balance_fen=None, cash=False),
        said_reversal(title="王爷爷", back_fen=905, cash=True),
        said_reversal(title="王爷爷", back_fen=0, cash=False),
        "请稍等，工作人员帮您看看",
    ]
    for sentence in sentences:
        rest = sentence.replace("陈", "").replace("王", "").replace("，", "")
        for word in sorted(phrases.NEEDED, key=len, reverse=True):
            rest = rest.replace(word, "")
        assert rest == "", f"{sentence}: {rest} is nowhere among the words"


def test_recordings_of_a_folder_are_a_voice(tmp_path: Path) -> None:
    found = read_recordings(record(tmp_path / "ours"))
    assert (found.problems, found.missing) == ((), ())
    assert set(found.clips) == set(phrases.NEEDED)


def test_a_zip_of_windows_with_names_in_gbk_is_read(tmp_path: Path) -> None:
    name = "余额.wav".encode("gb18030")
    path = tmp_path / "ours.zip"
    with zipfile.ZipFile(path, "w") as archive:  # Windows says nothing of the letters it uses
        archive.writestr("x" * len(name), wav(hum()))
        archive.writestr("录音/奶奶.wav", wav(hum()))
    path.write_bytes(path.read_bytes().replace(b"x" * len(name), name))
    assert set(read_recordings(path).clips) == {"余额", "奶奶"}


def test_every_mistake_is_named_and_an_incomplete_voice_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    folder = record(tmp_path / "ours", phrases.NEEDED[2:])
    (folder / "奶奶.wav").write_bytes(b"broken")
    (folder / "葡萄.wav").write_bytes(wav(hum()))
    done = CliRunner().invoke(commands.voice, ["load", str(folder)])
    assert done.exit_code == 1
    for expected in ("奶奶.wav：不是 WAV", "葡萄.wav：不在要录的词里", *phrases.NEEDED[:2]):
        assert expected in done.output
    assert read_pack(tmp_path) is None


def test_loading_and_showing_a_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    run = CliRunner().invoke
    assert "还没有语音" in run(commands.voice, ["status"]).output
    words = run(commands.voice, ["words"]).output.split()
    assert words == list(phrases.NEEDED)
    assert run(commands.voice, ["load", str(record(tmp_path / "ours"))]).exit_code == 0
    assert f"{len(phrases.NEEDED)} 个词" in run(commands.voice, ["status"]).output


def test_without_a_synthesiser_a_server_starts_and_making_a_voice_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    monkeypatch.setattr(commands, "available", lambda: None)
    commands.make_if_missing(tmp_path)
    assert read_pack(tmp_path) is None
    done = CliRunner().invoke(commands.voice, ["make"])
    assert done.exit_code == 1
    assert "canteen[voice]" in done.output


@pytest.mark.extra
@pytest.mark.skipif(available() is None, reason="needs the voice extra or espeak-ng")
def test_a_synthesiser_speaks_every_needed_word_and_surnames_as_surnames(tmp_path: Path) -> None:
    clips = synthesise((*phrases.NEEDED, "曾", "查"))
    assert set(clips) == {*phrases.NEEDED, "曾", "查"}
    assert all(0.1 < len(clip) / RATE < 4 for clip in clips.values())
    assert _asked("曾") == ("zeng1", "cmn-latn-pinyin")
    assert _asked("陈") == ("陈", "cmn")
