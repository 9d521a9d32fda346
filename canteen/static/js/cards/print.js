// The browser's own print window: it knows the office's printers and Chinese fonts.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
