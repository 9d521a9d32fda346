"""The roster a counter goes on by without a network: what it costs the server and the tablet."""

from typing import Any

from benchmarks.tablets import Tablet, part, tablets
from benchmarks.world import World

ROUNDS = 5

TIMED = """async () => {
    const roster = await import("/static/js/settlement/offline/roster.js");
    const publicKey = JSON.parse(document.getElementById("till-facts").textContent)
        .offline.public_key;
    let longest = 0, last = performance.now();
    const ticker = setInterval(() => {
        longest = Math.max(longest, performance.now() - last - 4);
        last = performance.now();
    }, 4);
    const timed = {};
    const time = async (name, work) => {
        const began = performance.now();
        const found = await work();
        timed[name] = performance.now() - began;
        return found;
    };
    performance.clearResourceTimings();
    let answer = 0;
    const get = async (...given) => {
        const began = performance.now();
        const answered = await fetch(...given);
        const body = await answered.arrayBuffer();
        answer = performance.now() - began;
        return new Response(body, { status: answered.status, headers: answered.headers });
    };
    const whole = await time("whole", () =>
        roster.fetchRoster({ url: "/counter/roster", publicKey, get }));
    const [entry] = performance.getEntriesByName(`${location.origin}/counter/roster`).slice(-1);
    await time("opened", () => roster.openKept({ publicKey }));
    const same = await time("unchanged", () =>
        roster.fetchRoster({ url: "/counter/roster", publicKey, tag: whole.tag }));
    clearInterval(ticker);
    return {
        ...timed, answer, longest, same: same === null, cards: whole.people.length,
        bytes: entry.encodedBodySize, unpacked: entry.decodedBodySize,
    };
}"""


def rosters(base: str, world: World, cards: int) -> None:
    """Fetched, proven, locked away, opened again; and trays taken while it is made."""
    with tablets(base, world, 2) as (one, other):
        one.open(world.device_id)
        other.open(world.device_id + 1)
        one.page.wait_for_timeout(2500)
        found = [one.page.evaluate(TIMED) for _ in range(ROUNDS)]
        last = found[-1]
        assert last["cards"] == cards, f"{last['cards']} cards in the roster, not {cards}"
        assert last["same"], "a roster that says the same was sent again"
        line(cards, "made and fetched", [each["answer"] for each in found],
             f"{last['bytes']} bytes on the line, {last['unpacked']} unpacked")  # fmt: skip
        line(cards, "proven, locked away, read", [e["whole"] - e["answer"] for e in found])
        line(cards, "opened from the device", [each["opened"] for each in found])
        line(cards, "asked again, unchanged (304)", [each["unchanged"] for each in found])
        line(cards, "longest the page stood still", [each["longest"] for each in found])
        heap = heap_bytes(one)
        print(f"{f'roster of {cards}: memory of the page':<44} {'':>5} {heap / 1e6:>8.1f} MB")
        trays(one, other, world, cards)


def trays(one: Tablet, other: Tablet, world: World, cards: int) -> None:
    """Trays at one counter, alone and while the other one fetches rosters without an end."""
    tokens = iter(world.tokens)
    one.scan(next(tokens))
    quiet = [one.scan(next(tokens)).shown_ms for _ in range(25)]
    other.page.evaluate("""() => {
        window.busy = true;
        (async () => {
            while (window.busy) await (await fetch("/counter/roster")).arrayBuffer();
        })();
    }""")
    busy = [one.scan(next(tokens)).shown_ms for _ in range(25)]
    other.page.evaluate("window.busy = false")
    line(cards, "a tray, nobody fetches one", quiet)
    line(cards, "a tray while one is made all the time", busy,
         f"{part(busy, 0.95) / 500:.2f} of target")  # fmt: skip


def heap_bytes(tablet: Tablet) -> int:
    """What the page holds after rubbish is collected."""
    session = tablet.page.context.new_cdp_session(tablet.page)
    session.send("HeapProfiler.collectGarbage")
    used: Any = session.send("Runtime.getHeapUsage")
    return int(used["usedSize"])


def line(cards: int, what: str, values: list[float], note: str = "") -> None:
    """One line of the table, in milliseconds."""
    print(
        f"{f'roster of {cards}: {what}'[:60]:<60}"[:52]
        + f" {part(values, 0.5):>8.0f} {part(values, 0.95):>8.0f} {max(values):>8.0f}  {note}",
        flush=True,
    )
