// The figures of a round follow what volunteers report, without anybody reloading.
const frame = document.querySelector("[data-counts]");
const address = `${window.location.pathname}/counts`;

const refresh = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) frame.innerHTML = await answer.text();
  } catch {
    // no network: the figures stay as they were, the next look tries again
  }
};

setInterval(refresh, 15_000);
document.addEventListener("visibilitychange", refresh);
