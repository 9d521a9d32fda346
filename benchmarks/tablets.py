"""Tablets of the benchmark: a real Chromium, a gun of real keys, a camera that sees real cards.

What is measured is measured in the page: from the key's own time stamp to the frame after the
result is on screen, and to the start of the first sound.
"""

import base64
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from benchmarks.world import PASSWORD, World
from canteen.cards.qr import qr_png

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--autoplay-policy=no-user-gesture-required", "--disable-renderer-backgrounding"),
    "--use-fake-ui-for-media-stream",
)
TABLET = {"width": 1024, "height": 768}
OUTCOMES = ("receipt", "refusal", "override", "trouble", "signed-out", "locked")
MOST_SECONDS = 30
GAP_SECONDS = 0.005
"""Between two keys of a gun."""

PROBE = """(() => {
    const probe = (window.probe = { keys: [], screens: [], sounds: [], blocked: 0 });
    addEventListener("keydown", (event) => {
        if (/^(\\d|Enter)$/.test(event.key)) probe.keys.push(event.timeStamp);
    }, true);
    const afterPaint = (then) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => then(performance.now());
        channel.port2.postMessage(0);
    });
    const look = () => {
        const screen = document.body.dataset.showing;
        const text = document.querySelector("[data-stage]")?.innerText ?? "";
        afterPaint((at) => probe.screens.push({ screen, at, text }));
    };
    const watched = { subtree: true, attributes: true, attributeFilter: ["data-showing"] };
    new MutationObserver(look).observe(document, watched);
    const hook = (owner, name) => {
        const own = owner?.prototype?.[name];
        if (!own) return;
        owner.prototype[name] = function (...given) {
            probe.sounds.push(performance.now());
            return own.apply(this, given);
        };
    };
    hook(window.AudioScheduledSourceNode, "start");
    hook(window.SpeechSynthesis, "speak");
    hook(window.HTMLAudioElement, "play");
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 1280, height: 720 });
    const pen = canvas.getContext("2d");
    probe.view = (picture) => {
        pen.fillStyle = "#6d675d";
        pen.fillRect(0, 0, 1280, 720);
        if (picture) pen.drawImage(picture, 0, 0);
        return performance.now();
    };
    probe.view(null);
    probe.load = async (url) => {
        const picture = Object.assign(new Image(), { src: url });
        await picture.decode();
        return picture;
    };
    if (navigator.mediaDevices) {
        setInterval(() => pen.fillRect(0, 0, 1, 1), 30); // a camera sends frames of stillness, too
        navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
    }
})();"""


@dataclass
class Seen:
    """What one scan looked like: milliseconds from the last key (or the code in view)."""

    screen: str
    shown_ms: float
    sound_ms: float | None
    text: str = ""


@dataclass
class Tablet:
    """One tablet at one counter, with a clerk signed in."""

    page: Any
    base: str
    seen: list[Seen] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._keys = self.page.context.new_cdp_session(self.page)
        self._stamp = 0.0
        self._last_sent: float | None = None

    def open(self, device_id: int) -> None:
        """The counter page, ready to scan; one key lets it sound."""
        self.page.goto(f"{self.base}/counter?device={device_id}")
        self.page.wait_for_selector("[data-showing=idle]")
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(300)

    def shoot(self, digits: str, *, enter: bool = True) -> None:
        """A gun's keys. Each says that it came 5 ms after the one before, as a gun's do, even if
        this process is kept waiting in between; what is measured begins when the last is sent."""
        self._stamp = time.time()
        for digit in digits:
            self._key(digit, f"Digit{digit}", digit)
        if enter:
            self._key("Enter", "Enter", "\r")

    def _key(self, key: str, code: str, text: str) -> None:
        self._last_sent = time.time()
        self._stamp = min(self._stamp + GAP_SECONDS, self._last_sent)
        about: dict[str, Any] = {"key": key, "code": code, "windowsVirtualKeyCode": ord(text)}
        about["timestamp"] = self._stamp
        self._keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **about})
        self._keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **about})

    def scan(self, digits: str, *, enter: bool = True) -> Seen:
        """Shoot one card and wait for its result."""
        self.forget()
        self.shoot(digits, enter=enter)
        return self.result()

    def show_card(self, digits: str) -> Seen:
        """Hold one card before the camera until its result is there."""
        self.page.evaluate(
            "async (url) => { window.card = await probe.load(url); }", photo_url(digits)
        )
        self.forget()
        self.page.evaluate("probe.keys.push(probe.view(window.card))")
        seen = self.result()
        self.page.evaluate("probe.view(null)")
        self.page.wait_for_timeout(330)
        return seen

    def forget(self) -> None:
        """Begin to watch anew."""
        self._last_sent = None
        self.page.evaluate("Object.assign(probe, { keys: [], screens: [], sounds: [] })")

    def result(self) -> Seen:
        """The first outcome since `forget`; screen "lost" where none comes in time."""
        found = self.results(1)
        return found[0] if found else Seen("lost", float("inf"), None)

    def results(self, count: int, seconds: float = MOST_SECONDS) -> list[Seen]:
        """So many outcomes since `forget`, from the last key on; fewer where time ends."""
        until = time.monotonic() + seconds
        while True:
            found = [
                each for each in self.page.evaluate("probe.screens") if each["screen"] in OUTCOMES
            ]
            if len(found) >= count or time.monotonic() > until:
                break
            time.sleep(0.02)
        keys, sounds, origin = self.page.evaluate(
            "[probe.keys, probe.sounds, performance.timeOrigin]"
        )
        last = self._last_sent * 1000 - origin if self._last_sent else max(keys)
        after = [at - last for at in sounds if at >= last]
        seen = [
            Seen(each["screen"], each["at"] - last, min(after, default=None), each["text"][:60])
            for each in found[:count]
        ]
        self.seen += seen
        return seen


@contextmanager
def tablets(base: str, world: World, count: int) -> Iterator[list[Tablet]]:
    """So many tablets, each a browser context of its own, signed in."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        try:
            yield [new_tablet(browser, base, world) for _ in range(count)]
        finally:
            browser.close()


def new_tablet(browser: Any, base: str, world: World) -> Tablet:
    """A tablet with nothing in its cache but a clerk's cookie."""
    state = sign_in(browser, base, world)
    context = browser.new_context(
        viewport=TABLET, locale="zh-CN", has_touch=True, storage_state=state
    )
    context.add_init_script(PROBE)
    page = context.new_page()
    page.set_default_timeout(20_000)
    tablet = Tablet(page, base)
    context.on("request", lambda request: _note_outside(tablet, request.url))
    return tablet


def sign_in(browser: Any, base: str, world: World) -> Any:
    """The cookies of a clerk, got as people get them."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.fill("input[name=username]", world.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.card button.primary")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    state = context.storage_state()
    context.close()
    return state


def _note_outside(tablet: Tablet, url: str) -> None:
    address = urlsplit(url)
    if address.scheme in ("http", "https") and address.hostname != "127.0.0.1":
        tablet.outside.append(url)


def photo_url(digits: str, tilt: float = 4) -> str:
    """A card in a hand, 1280 by 720, as the camera sees it."""
    code = Image.open(io.BytesIO(qr_png(digits, module_px=7))).convert("RGB")
    card = Image.new("RGB", (560, 360), "#fdfbf6")
    card.paste(code, (300, 70))
    view = Image.new("RGB", (1280, 720), "#6d675d")
    turned = card.rotate(tilt, expand=True, fillcolor="#6d675d")
    view.paste(turned, ((1280 - turned.width) // 2, (720 - turned.height) // 2))
    buffer = io.BytesIO()
    view.save(buffer, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def part(values: Sequence[float], share: float) -> float:
    """The value below which a share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
