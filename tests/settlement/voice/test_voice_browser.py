"""A counter whose device has no Chinese voice speaks with the canteen's own sounds."""

import math
import random
from array import array
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from canteen.settlement.speech import said_receipt
from canteen.settlement.voice import phrases
from canteen.settlement.voice.pack import write_pack
from canteen.settlement.voice.sounds import RATE
from tests.browser import LiveServer, shoot
from tests.settlement.counter import Counter, open_counter, shown

pytestmark = [pytest.mark.browser, pytest.mark.looks]

AMOUNTS = 1000


def note(place: int) -> array:
    """A tenth of a second that is told from every other."""
    hertz = 200 + 3 * place
    return array(
        "h", [int(20_000 * math.sin(hertz * 2 * math.pi * n / RATE)) for n in range(RATE // 10)]
    )


@pytest.fixture
def voice(app: Flask) -> None:
    """A voice of notes: every word the counter may need."""
    clips = {word: note(place) for place, word in enumerate(phrases.EVERY)}
    write_pack(Path(app.config["DATA"]), clips, made_by="notes")


@pytest.fixture
def speaking(voice: None, counter: Counter, live_server: LiveServer, browser_page: Any) -> Any:
    """The counter with that voice. What goes to the loudspeaker is counted."""
    browser_page.add_init_script(
        """window.spoken = [];
           const start = AudioBufferSourceNode.prototype.start;
           AudioBufferSourceNode.prototype.start = function (when) {
             const rate = this.playbackRate.value;
             window.spoken.push({ when, rate, seconds: this.buffer.duration });
             return start.call(this, when);
           };"""
    )
    open_counter(browser_page, live_server)
    return browser_page


def test_what_is_heard_is_what_is_written_for_a_thousand_amounts(
    counter: Counter, till: Any
) -> None:
    lot = random.Random(4)
    cases = [
        {
            "title": lot.choice(["陈奶奶", "欧阳爷爷", "曾阿姨", ""]),
            "paid_fen": lot.choice([0, lot.randrange(1, 10_000), lot.randrange(1, 2_000_000)]),
            "balance_fen": lot.choice([None, 0, lot.randrange(1, 500_000)]),
            "paid_by": lot.choice(["wallet", "cash"]),
        }
        for _ in range(AMOUNTS)
    ]
    written = [
        said_receipt(
            title=case["title"],
            paid_fen=case["paid_fen"],
            balance_fen=case["balance_fen"],
            cash=case["paid_by"] == "cash",
        )
        for case in cases
    ]
    heard = till.evaluate(
        """async ([sentences, cases, every, needed]) => {
             const { cutIntoClips } = await import('/static/js/settlement/clips.js');
             const { saidReceipt } = await import('/static/js/settlement/offline/amounts.js');
             const words = (known) => (said) =>
               cutIntoClips(said, new Set(known)).map(({ word }) => word ?? '，').join('');
             return {
               own: cases.map(saidReceipt),
               every: sentences.map(words(every)),
               needed: sentences.map(words(needed)),
             };
           }""",
        [written, cases, list(phrases.EVERY), list(phrases.NEEDED)],
    )
    assert heard["own"] == written
    assert heard["every"] == written
    for said, sentence in zip(heard["needed"], written, strict=True):
        unnamed = sentence
        for surname in ("陈", "欧阳", "曾"):
            unnamed = unnamed.replace(surname, "")
        assert said == unnamed, "a surname that nobody recorded is left out, and nothing else"


def test_a_result_is_spoken_without_gaps_at_the_chosen_speed_and_loudness(
    speaking: Any, counter: Counter
) -> None:
    speaking.keyboard.press("F10")  # the first touch opens the loudspeaker
    speaking.locator("[data-sound-note]", has_text="用本食堂做好的声音").wait_for()
    speaking.keyboard.press("F10")
    shoot(speaking, counter.chen)
    assert "陈奶奶" in shown(speaking, "receipt")
    speaking.wait_for_function("() => window.spoken.length > 0")
    spoken = speaking.evaluate("window.spoken")
    # 陈 奶奶 ， 您实付 九元 ， 余额 四十一元
    assert len(spoken) == 6
    for before, after in pairwise(spoken):
        gap = after["when"] - before["when"] - before["seconds"] / before["rate"]
        assert min(abs(gap), abs(gap - 0.22)) < 0.001, "words follow at once, or after a comma"


def test_a_voice_that_is_listed_and_cannot_speak_gives_way_to_the_sounds(
    speaking: Any, counter: Counter
) -> None:
    speaking.evaluate(
        """() => {
             window.SpeechSynthesisUtterance = class extends EventTarget {};
             const absent = { localService: true, lang: 'zh-CN', voiceURI: 'absent' };
             speechSynthesis.getVoices = () => [absent];
             const Own = window.AudioContext;
             window.AudioContext = class extends Own {
               constructor() { super(); window.loudspeaker = this; }
             };
             window.asked = 0;
             speechSynthesis.speak = (words) => {
               window.asked += 1;
               const error = 'voice-unavailable';
               words.dispatchEvent(Object.assign(new Event('error'), { error }));
             };
           }"""
    )
    speaking.keyboard.press("F10")  # the first touch opens the loudspeaker
    speaking.keyboard.press("F10")
    speaking.wait_for_function("() => window.loudspeaker?.state === 'running'")
    shoot(speaking, counter.chen)
    shown(speaking, "receipt")
    speaking.wait_for_function("() => window.spoken.length > 0")
    speaking.evaluate("window.spoken = []")
    shoot(speaking, counter.wang)
    shown(speaking, "refusal")
    speaking.wait_for_function("() => window.spoken.length > 0")
    assert speaking.evaluate("window.asked") == 1, "it is not asked a second time"


def test_of_two_results_at_once_only_the_second_is_said_by_the_sounds(speaking: Any) -> None:
    speaking.evaluate(
        """async () => {
             window.SpeechSynthesisUtterance = class extends EventTarget {};
             const absent = { localService: true, lang: 'zh-CN', voiceURI: 'absent' };
             const Own = window.AudioContext;
             window.AudioContext = class extends Own {
               constructor() { super(); window.loudspeaker = this; }
             };
             speechSynthesis.getVoices = () => [absent];
             window.asked = [];
             speechSynthesis.speak = (words) => window.asked.push(words);
             const { makeVoice } = await import('/static/js/settlement/voice.js');
             const facts = JSON.parse(document.getElementById('till-facts').textContent);
             window.own = makeVoice({ clipsUrl: facts.urls.voice });
           }"""
    )
    speaking.keyboard.press("F10")  # a touch opens its loudspeaker
    speaking.wait_for_function("() => window.loudspeaker?.state === 'running'")
    spoken = speaking.evaluate(
        """async () => {
             window.spoken = [];
             window.own.tell('good', '陈奶奶，您实付九元，余额四十一元');
             window.own.tell('good', '您实付一元');
             const error = 'voice-unavailable'; // it cannot speak, and says so late
             for (const words of window.asked) {
               words.dispatchEvent(Object.assign(new Event('error'), { error }));
             }
             await window.own.prepare();
             await new Promise((done) => setTimeout(done));
             return window.spoken.length;
           }"""
    )
    assert spoken == 2, "您实付 一元, and nothing of the one before"


def test_speed_and_volume_hold_for_the_sounds_and_are_remembered(
    speaking: Any, counter: Counter
) -> None:
    speaking.keyboard.press("F10")
    speaking.locator("[data-sound-note]", has_text="用本食堂做好的声音").wait_for()
    speaking.evaluate(
        """() => { for (const [name, value] of [['volume', 30], ['speed', 140]]) {
             const slider = document.querySelector(`[data-sound-${name}]`);
             slider.value = value;
             slider.dispatchEvent(new Event('change')); } }"""
    )
    speaking.wait_for_function("() => window.spoken.length > 0")
    assert max(each["rate"] for each in speaking.evaluate("window.spoken")) == pytest.approx(1.25)
    stored = speaking.evaluate("JSON.parse(localStorage['till-sound'])")
    assert (stored["volume"], stored["speed"]) == (0.3, 1.4)


def test_louder_and_faster_is_heard_in_the_sound_itself(
    voice: None, counter: Counter, till: Any, live_server: LiveServer
) -> None:
    heard = till.evaluate(
        """async () => {
             const { readPack, scheduleClips } = await import('/static/js/settlement/clips.js');
             const pack = readPack(await (await fetch('/counter/voice')).arrayBuffer());
             const sentence = '您实付九元，余额四十一元';
             const hear = async (volume, speed) => {
               const context = new OfflineAudioContext(1, 16000 * 4, 16000);
               const { ends } = scheduleClips(context, pack, sentence, { volume, speed, at: 0 });
               const [samples] = [(await context.startRendering()).getChannelData(0)];
               const loudest = samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
               const last = samples.findLastIndex((each) => Math.abs(each) > 0.01) / 16000;
               return { ends, loudest, last };
             };
             return { plain: await hear(0.8, 1), fast: await hear(0.4, 1.2) };
           }"""
    )
    plain, fast = heard["plain"], heard["fast"]
    assert plain["last"] == pytest.approx(plain["ends"], abs=0.02)
    assert fast["ends"] == pytest.approx(plain["ends"] / 1.2, rel=0.02)
    assert fast["loudest"] == pytest.approx(plain["loudest"] / 2, rel=0.05)


def test_the_sounds_are_there_without_the_network(speaking: Any, counter: Counter) -> None:
    speaking.evaluate("navigator.serviceWorker.ready.then(() => true)")
    speaking.reload()  # from now on the worker stands between
    speaking.wait_for_selector("[data-showing=idle]")
    speaking.keyboard.press("F10")
    speaking.locator("[data-sound-note]", has_text="用本食堂做好的声音").wait_for()
    speaking.context.set_offline(True)
    speaking.reload()
    speaking.wait_for_selector("[data-showing=idle]")
    speaking.keyboard.press("F10")
    speaking.locator("[data-sound-note]", has_text="用本食堂做好的声音").wait_for()
    speaking.context.set_offline(False)


def test_a_device_with_a_chinese_voice_of_its_own_uses_that_at_the_chosen_speed(
    counter: Counter, live_server: LiveServer, browser_page: Any
) -> None:
    browser_page.add_init_script(
        """window.said = [];
           const own = { lang: 'zh-CN', localService: true, name: 'Tingting' };
           const distant = { lang: 'zh-CN', localService: false, name: 'distant' };
           window.SpeechSynthesisUtterance = class extends EventTarget {
             constructor(text) { super(); this.text = text; } };
           Object.defineProperty(window, 'speechSynthesis', { value: {
             getVoices: () => [distant, own], cancel() {},
             speak: (words) => window.said.push(words) } });
           localStorage.setItem('till-sound', JSON.stringify({ volume: 0.5, speed: 1.2 }));"""
    )
    open_counter(browser_page, live_server)
    shoot(browser_page, counter.chen)
    shown(browser_page, "receipt")
    browser_page.wait_for_function("() => window.said.length > 0")
    [said] = browser_page.evaluate(
        """window.said.map(({ text, rate, volume, voice }) =>
             ({ text, rate, volume, by: voice.name }))"""
    )
    assert said["text"] == "陈奶奶，您实付九元，余额四十一元"
    assert said["by"] == "Tingting"
    assert said["rate"] == pytest.approx(1.08)
    assert said["volume"] == 0.5
