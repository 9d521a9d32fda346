// The button stands only where the browser can print; the sheet is as long as the receipt.
const MARGIN_MM = 3;
const WIDTH_MM = 80;
const PX_PER_MM = 96 / 25.4;
const print = document.querySelector("[data-print]");
const receipt = document.querySelector(".receipt");

if (document.adoptedStyleSheets) {
  const sheet = new CSSStyleSheet();
  const high = Math.ceil(measured() / PX_PER_MM) + 2 * MARGIN_MM + 2;
  sheet.replaceSync(`@page { size: ${WIDTH_MM}mm ${high}mm; margin: ${MARGIN_MM}mm; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
print.hidden = false;
print.addEventListener("click", () => window.print());

function measured() {
  receipt.classList.add("measured");
  const high = receipt.offsetHeight;
  receipt.classList.remove("measured");
  return high;
}
