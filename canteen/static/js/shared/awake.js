/** A screen that nobody touches goes dark, on an iPad after two minutes: not while this page shows. */

export function stayAwake() {
  document.addEventListener("visibilitychange", ask);
  return ask();
}

async function ask() {
  if (!("wakeLock" in navigator) || document.hidden) return;
  await navigator.wakeLock.request("screen").catch(() => {}); // a battery that runs low
}
