// A volunteer's link is chosen whole at one touch, to be copied into a message.
for (const field of document.querySelectorAll("[data-own-link]"))
  field.addEventListener("focus", () => field.select());
