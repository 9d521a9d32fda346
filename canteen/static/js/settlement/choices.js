/**
 * What the next tray is: period, set, dine-in or takeaway, and which window this is.
 *
 * The period follows the site's clock until somebody changes it, and again from the next
 * period on. A set or takeaway that was picked holds for one tray: the next diner gets the
 * ordinary meal without a touch.
 */

import { jot } from "../shared/jot.js";
import { serverNow } from "./clock.js";

const STORED_DEVICE = "till-device";
const COOKIE = /(?:^|; )canteen_device=(\d+)/;

export function makeChoices(facts, onChange) {
  let period = facts.period || comingPeriod(facts.periods, siteClock(facts));
  let byClock = periodAt(facts.periods, siteClock(facts));
  let set = null;
  let takeaway = false;
  const named = namedDevice(facts);
  let isNamed = named !== null || facts.devices.length < 2;
  let device = named ?? facts.device?.id ?? facts.devices[0]?.id ?? null;
  if (isNamed) tellServer(device);

  const sets = () => facts.sets.filter((each) => each.period === period);
  const currentSet = () => sets().find((each) => each.code === set) ?? sets()[0] ?? null;

  function change(apply) {
    apply();
    onChange();
  }

  return {
    period: () => facts.periods.find((each) => each.code === period) ?? facts.periods[0] ?? null,
    servingPeriod: () => byClock,
    sets,
    currentSet,
    dishes: () => facts.dishes.filter((each) => each.period === period),
    takeaway: () => takeaway,
    device: () => device,
    /** Whether somebody said which window this is: two that both take themselves for the first
     * would share its shift and its slips. */
    hasDevice: () => isNamed,
    pickPeriod: (code) => change(() => ([period, set] = [code, null])),
    pickSet: (code) => change(() => (set = code)),
    pickSetAt: (place) => change(() => (set = sets()[place]?.code ?? set)),
    pickDevice: (id) =>
      change(() => {
        [device, isNamed] = [id, true];
        jot(localStorage, STORED_DEVICE, String(id));
        tellServer(id);
      }),
    toggleTakeaway: () => change(() => (takeaway = !takeaway)),
    /** Back to the ordinary meal. */
    settle: () => change(() => ([set, takeaway] = [null, false])),
    /** Called every few seconds: a new period has begun. */
    tick() {
      const now = periodAt(facts.periods, siteClock(facts));
      if (now === byClock) return;
      byClock = now;
      if (now) this.pickPeriod(now);
    },
  };
}

/** The site's wall clock as "HH:MM". */
export function siteClock(facts) {
  const timeZone = facts.time_zone ?? "Asia/Shanghai";
  const style = { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat("en-GB", style).format(serverNow());
}

/** The site's day as "2026-11-28". */
export function siteDay(facts) {
  const timeZone = facts.time_zone ?? "Asia/Shanghai";
  return new Intl.DateTimeFormat("en-CA", { timeZone }).format(serverNow());
}

function periodAt(periods, clock) {
  const running = periods.find((each) => hhmm(each.starts) <= clock && clock < hhmm(each.ends));
  return running?.code ?? null;
}

/** Outside all periods: the next one, or after the last the last. */
function comingPeriod(periods, clock) {
  return (periods.find((each) => hhmm(each.starts) > clock) ?? periods.at(-1))?.code ?? null;
}

const hhmm = (time) => time.slice(0, 5);

/** Cash that is taken on this browser's other pages belongs to this counter's shift. */
function tellServer(device) {
  if (device) document.cookie = `canteen_device=${device}; path=/; max-age=34560000; samesite=lax`;
}

/** Which window this is by what was said last: in the page's address, when a shift was opened on
 * another page, or here by a touch; null where nothing was said. */
function namedDevice(facts) {
  const said = [
    new URLSearchParams(location.search).get("device"),
    document.cookie.match(COOKIE)?.[1],
    localStorage.getItem(STORED_DEVICE),
  ];
  const known = said.map((text) => facts.devices.find((each) => String(each.id) === text));
  return known.find(Boolean)?.id ?? null;
}
