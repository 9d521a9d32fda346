// The button stands only where the browser can print.
const print = document.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
