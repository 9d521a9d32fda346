// Whether this browser trusts the canteen already: ask its HTTPS for a small picture.
const open = document.querySelector("[data-open]");
const trusted = document.querySelector("[data-trusted]");
const download = document.querySelector("[data-download]");
const print = document.querySelector("[data-print]");
const PATIENCE_MS = 4000;

if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
ownDeviceFirst();
if (open && location.protocol === "http:" && (await trusts(open.dataset.probe))) {
  if ("forward" in open.dataset) {
    location.replace(open.href); // it wanted a page and came here on the way
  }
  trusted.hidden = false;
  download.classList.remove("primary");
  open.classList.add("primary");
}

async function trusts(address) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    // No answer can be read from another origin, but a certificate that is not trusted fails.
    await fetch(address, { mode: "no-cors", cache: "no-store", signal: patience.signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

// An iPad calls itself a Mac; its fingers give it away.
function ownDeviceFirst() {
  if (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1) {
    const own = document.querySelector("[data-device=ipad]");
    own?.parentElement.prepend(own);
  }
}
