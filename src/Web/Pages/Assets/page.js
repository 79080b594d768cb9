import { ask } from "./api.js";
import { localTimes } from "./text.js";

const refreshMilliseconds = 3000;

localTimes();

// Cancel and delete, wherever they are offered.
const dialog = document.getElementById("confirm");
document.addEventListener("click", async event => {
  const button = event.target.closest("button[data-cancel], button[data-delete]");
  if (!button) return;
  const { cancel, delete: remove, name } = button.dataset;
  if (remove) {
    dialog.querySelector("p").textContent = `“${name}” is deleted with its results and marks. This cannot be undone.`;
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise(closed => dialog.addEventListener("close", closed, { once: true }));
    if (dialog.returnValue !== "delete") return;
  }
  button.disabled = true;
  try {
    await (remove ? ask(`/v1/jobs/${remove}`, { method: "DELETE" }) : ask(`/v1/jobs/${cancel}:cancel`, { method: "POST" }));
    if (remove && location.pathname !== "/jobs") location.assign("/jobs");
    else await refresh();
  } catch (error) {
    button.disabled = false;
    say(error.message);
  }
});

/** Says what went wrong, at the top of the page. */
function say(text) {
  const place = document.getElementById("problem");
  place.textContent = text;
  place.hidden = !text;
}

// What changes by itself is asked for again and again, as the server renders it.
const live = document.querySelector("[data-live]");
async function refresh() {
  if (!live) return;
  const response = await ask(location.href, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-live]");
  if (!fresh) return location.reload();
  localTimes(fresh);
  if (fresh.innerHTML === live.innerHTML) return;
  const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
  live.replaceChildren(...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus();
}

let lost = false;
async function keepFresh() {
  try {
    if (!document.hidden && !dialog.open) await refresh();
    if (lost) say("");
    lost = false;
  } catch (error) {
    lost = true;
    say(`The server does not answer (${error.message}); trying again.`);
  }
  setTimeout(keepFresh, refreshMilliseconds);
}
if (live) setTimeout(keepFresh, refreshMilliseconds);
