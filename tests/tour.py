"""Pictures of every main page: ``python -m tests.tour [--out tour] [--only PART]``.

Builds the demo, walks through it in Debian's Chromium in three sizes and two languages and
writes PNG files to look at, named room-page-size-language. Ends with 1 if a page answers
with an error, is wider than its window, fails in its script or asks another host.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
from playwright.sync_api import sync_playwright

from canteen.demo.ground import PASSWORD
from tests.browser import shoot
from tests.tour_stage import REGISTER, Facts, stage

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
LANGUAGES = {"zh": ("zh_Hans_CN", "zh-CN"), "en": ("en", "en-GB")}
DPI = 80
HIGHEST = 6000
"""A picture ends here: nobody looks at the rest of a long list."""

Act = Callable[["Visit"], None]


@dataclass(frozen=True)
class Stop:
    """One picture: where, as whom, and what is done before it is taken."""

    name: str
    address: str
    who: str | None = "zhangjie"
    act: Act | None = None
    paper: bool = False
    """Also as it is printed, every page of it."""
    whole: bool = True
    """The page from top to bottom, not only the window."""


@dataclass
class Visit:
    """One browser window on the way through the stops."""

    page: Any
    facts: Facts
    out: Path
    size: str
    language: str
    wrong: list[str] = field(default_factory=list)
    written: int = 0

    def look(self, stop: Stop) -> None:
        """Go there, do what is to be done, take the picture, say what is wrong."""
        label = f"{stop.name}-{self.size}-{self.language}"
        before = len(self.wrong)
        try:
            answer = self.page.goto(self.facts.base + stop.address.format(**vars(self.facts)))
            if answer is not None and answer.status >= 400:
                self.wrong.append(f"answers {answer.status}")
            if stop.act is not None:
                stop.act(self)
            self._take(stop, label)
        except Exception as error:
            self.wrong.append(f"{type(error).__name__}: {str(error).splitlines()[0]}")
            self.page.screenshot(path=self.out / f"{label}.png")
        self.wrong[before:] = [f"{label}: {what}" for what in self.wrong[before:]]

    def post(self, address: str) -> None:
        """Post to an address as a button of the page would, and be where it leads."""
        self.page.evaluate(
            """address => {
                const form = document.createElement("form");
                const token = document.createElement("input");
                Object.assign(form, { method: "post", action: address });
                token.name = "csrf_token";
                token.value = document.querySelector("meta[name=csrf-token]").content;
                form.append(token);
                document.body.append(form);
                form.submit();
            }""",
            address,
        )
        self.page.wait_for_load_state()

    def scan(self, digits: str) -> None:
        """What a scan gun types: a key every 5 ms, however busy this machine is."""
        self.showing("idle")
        self.scan_now(digits)

    def scan_now(self, digits: str) -> None:
        """The same, whatever the counter shows."""
        shoot(self.page, digits)

    def showing(self, screen: str) -> None:
        """Wait for a screen of the counter."""
        self.page.wait_for_selector(f"[data-showing={screen}]")
        self.page.wait_for_timeout(150)

    def _take(self, stop: Stop, label: str) -> None:
        wide, window = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        if wide > window:
            self.wrong.append(f"{wide} px wide in a window of {window}")
        path = self.out / f"{label}.png"
        high = self.page.evaluate("document.documentElement.scrollHeight")
        if stop.whole and high > HIGHEST:
            clip = {"x": 0, "y": 0, "width": window, "height": HIGHEST}
            self.page.screenshot(path=path, full_page=True, clip=clip)
        else:
            self.page.screenshot(path=path, full_page=stop.whole)
        self.written += 1
        if stop.paper and self.size == "desktop":
            self._print(stop)

    def _print(self, stop: Stop) -> None:
        pdf = pypdfium2.PdfDocument(self.page.pdf(prefer_css_page_size=True))
        for number, sheet in enumerate(pdf, 1):
            picture = sheet.render(scale=DPI / 72).to_pil()
            picture.save(self.out / f"{stop.name}-paper{number}-{self.language}.png")
            self.written += 1
            if number == 4:
                break


def main() -> int:
    """Walk, write, and say what was written and what is wrong."""
    asked = argparse.ArgumentParser(prog="python -m tests.tour")
    asked.add_argument("--out", type=Path, default=Path("tour"))
    asked.add_argument("--only", default="", help="a part of the pictures' names")
    words = asked.parse_args()
    words.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    wrong: list[str] = []
    written = 0
    with stage() as facts, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        print(f"demo made in {time.monotonic() - began:.0f} s", flush=True)
        for size, language, stops in _walks(words.only):
            for visit in _visits(browser, facts, words.out, size, language, stops):
                wrong += visit.wrong
                written += visit.written
        browser.close()
    for what in wrong:
        print(f"✕ {what}")
    print(f"{written} pictures in {words.out} after {time.monotonic() - began:.0f} s")
    return 1 if wrong or not written else 0


def _walks(only: str) -> Iterator[tuple[str, str, list[Stop]]]:
    from tests.tour_stops import STOPS

    for language in LANGUAGES:
        for size in SIZES:
            stops = [stop for stop in STOPS if only in f"{stop.name}-{size}-{language}"]
            if stops:
                yield size, language, stops


def _visits(
    browser: Any, facts: Facts, out: Path, size: str, language: str, stops: list[Stop]
) -> Iterator[Visit]:
    """One signed-in window per person, each through that person's pages."""
    for who in sorted({stop.who for stop in stops}, key=lambda name: name or ""):
        width, height = SIZES[size]
        cookie, locale = LANGUAGES[language]
        window = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, has_touch=size != "desktop"
        )
        window.add_cookies([{"name": "canteen_language", "value": cookie, "url": facts.base}])
        window.clock.install(time=facts.now)
        page = window.new_page()
        page.set_default_timeout(8000)
        visit = Visit(page=page, facts=facts, out=out, size=size, language=language)
        page.on("pageerror", lambda error, visit=visit: visit.wrong.append(f"script: {error}"))
        page.on("request", lambda request, visit=visit: _stays_here(request.url, visit))
        if who is not None:
            _sign_in(page, facts.base, who)
        for stop in stops:
            if stop.who == who:
                visit.look(stop)
        window.close()
        yield visit


def _stays_here(address: str, visit: Visit) -> None:
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and parts.hostname != "127.0.0.1":
        visit.wrong.append(f"asks {parts.hostname}")


def _sign_in(page: Any, base: str, who: str) -> None:
    page.goto(f"{base}/sign-in")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.card button.primary")
    page.wait_for_url(lambda address: "/sign-in" not in address)


def upload_register(visit: Visit) -> None:
    """Send a register with mistakes, and be on its preview."""
    file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": REGISTER.encode("utf-8-sig")}
    visit.page.set_input_files("input[type=file]", file)
    visit.page.click("main button.primary")
    visit.page.wait_for_url("**/imports/*")


if __name__ == "__main__":
    sys.exit(main())
