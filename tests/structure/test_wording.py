"""Chinese first, English complete: every sentence of the product has both."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from flask import Flask
from flask_babel import force_locale

from canteen.foundation.catalogues import merged
from canteen.foundation.wording import _sentences, known_codes

PACKAGE = Path(__file__).parents[2] / "canteen"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
HAN = re.compile(r"[\u3400-\u9fff]")


def all_messages() -> dict[str, str]:
    """Every msgid of the product with a place where it stands."""
    found = {}
    for name, line, message, _comments, _context in extract_from_dir(
        str(PACKAGE), METHODS, options_map={"templates/**.html": {}}, keywords=KEYWORDS
    ):
        for text in message if isinstance(message, tuple) else (message,):
            found.setdefault(text, f"{name}:{line}")
    return found


def test_every_sentence_has_its_english() -> None:
    english = merged(PACKAGE / "translations", "en")
    missing = {
        place: text
        for text, place in all_messages().items()
        if text and not (english.get(text) and english.get(text).string)
    }
    assert not missing, "\n".join(f"{place} {text}" for place, text in sorted(missing.items()))


def test_english_keeps_the_placeholders_and_leaves_no_chinese() -> None:
    for message in merged(PACKAGE / "translations", "en"):
        if not message.id or not isinstance(message.id, str):
            continue
        named = re.compile(r"%\((\w+)\)s")
        assert set(named.findall(message.id)) >= set(named.findall(message.string)), message.id
        stray = set(HAN.findall(message.string)) - set(HAN.findall(message.id))
        assert not stray, f"{message.id} -> {message.string}"
        if not re.search(r"[A-Za-z]", message.string):
            assert not HAN.search(message.string), f"{message.id} is not translated"


def test_no_chinese_stands_bare_in_a_template() -> None:
    for path in (PACKAGE / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        text = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
        bare = [line.strip() for line in text.splitlines() if HAN.search(line)]
        assert not bare, f"{path.relative_to(PACKAGE)}: {bare[:3]}"


def test_every_refusal_has_a_sentence_and_a_next_step(app: Flask) -> None:
    for language in ("zh_Hans_CN", "en"):
        with app.test_request_context(), force_locale(language):
            for code in known_codes():
                sentence = _sentences[code]
                assert str(sentence.text).strip(), code
                assert str(sentence.next_step).strip(), code


def test_every_refusal_code_in_the_code_has_a_sentence(app: Flask) -> None:
    for path in PACKAGE.rglob("*.py"):
        for code in re.findall(r'Refusal\(\s*"([a-z0-9_]+)"', path.read_text("utf-8")):
            assert code in known_codes(), f"{path.relative_to(PACKAGE)}: {code}"


COUNTED = re.compile(
    r"%\((n|count|left|new|changed|labels|doors|have|kept)\)s (\w+ )?"
    r"(boxes|cards|days|dishes|doors|homes|kinds|labels|meals|people|pairs|places|problems|times"
    r"|tries|votes|weeks)\b"
)
NEVER_ONE = {
    "%(count)s 周",  # one week has a sentence of its own
    "这一户 %(n)s 份",  # said from two boxes on
    "等 %(n)s 道",  # and more
    "一个栏目有 %(count)s 道菜，最多 %(limit)s 道。",  # above a limit
    "“%(value)s”有 %(count)s 处：%(places)s。",  # one of several
    "“%(value)s”有 %(count)s 处。",
    "共 %(count)s 天",  # the days of a plan
    "目标 %(count)s 种",
    "%(n)s 个食堂",
    "等了 %(n)s 天",
}
"""Sentences about more than one; whatever else counts something puts the number behind it."""


def test_english_never_counts_one_cards() -> None:
    for message in merged(PACKAGE / "translations", "en"):
        if isinstance(message.id, str) and message.id not in NEVER_ONE:
            assert not COUNTED.search(message.string), f"{message.id} -> {message.string}"
