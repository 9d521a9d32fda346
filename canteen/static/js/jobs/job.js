/* Asks once a second, while somebody looks, how far a job is; goes on when it is done. */

const card = document.querySelector("[data-job]");
const bar = card.querySelector("progress");
const percent = card.querySelector("[data-percent]");
const words = card.querySelector("[data-words]");
const standing = [...card.classList].find((name) => name.startsWith("job-"))?.slice(4);

/** Show an answer; true when there is nothing more to ask. */
function show(job) {
  if (job.standing === "done" && job.forward) {
    window.location.replace(job.forward);
    return true;
  }
  if (!job.under_way || ends(job.standing)) {
    window.location.reload();
    return true;
  }
  bar.value = job.percent;
  percent.textContent = job.percent;
  words.textContent = job.text;
  return false;
}

/** Whether the page looks different now: buttons and advice come from the server. */
function ends(now) {
  return (standing === "unattended" || now === "unattended" || now === "stopping") && now !== standing;
}

async function ask() {
  try {
    const answer = await fetch(card.dataset.job, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 404) {
      window.location.reload();
      return true;
    }
    if (answer.ok) return show(await answer.json());
  } catch {
    // The server or the network is away for a moment.
  }
  words.textContent = card.dataset.lost;
  return false;
}

let asking = false;
let over = false;

/** One question at a time; none while nobody looks. */
async function tick() {
  if (asking || over || document.hidden) return;
  asking = true;
  over = await ask();
  asking = false;
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
