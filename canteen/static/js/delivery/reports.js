// Every report of a door carries an id made by the page, so that a repeat is harmless.
// A second tap on the same form while the first is on its way is dropped.

const uuid = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const makeIds = () => {
  for (const field of document.querySelectorAll("[data-new-id]")) field.value = uuid();
};

for (const form of document.querySelectorAll("form[data-report]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sent = false;
    form.removeAttribute("aria-busy");
  });
}

// A page that comes back out of the browser's memory is out of date: look again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
makeIds();
