import { askJson, askLines, ask, inPath } from "./api.js";
import { Gallery } from "./gallery.js";
import { duration } from "./text.js";

const againMilliseconds = 3000;
const main = document.querySelector("main");
const { job, state, marks } = main.dataset;
const base = `/v1/jobs/${job}`;

if (state === "active") watch();
if (state === "completed") await show();

/** Follows the job until it ends; then the server renders the page anew. */
function watch() {
  const connection = document.getElementById("connection");
  const source = new EventSource(`${base}/events`);
  const follow = event => progress(JSON.parse(event.data));
  source.onopen = () => { connection.hidden = true; };
  source.addEventListener("status", follow);
  source.addEventListener("progress", follow);
  source.onerror = async () => {
    connection.hidden = false;
    // The browser connects again by itself, unless it got an answer that is no stream.
    if (source.readyState !== EventSource.CLOSED) return;
    try {
      const { status } = await askJson(base);
      if (["completed", "failed", "cancelled"].includes(status)) return location.reload();
    } catch (error) {
      if (error.status === 404) return location.reload();
    }
    setTimeout(watch, againMilliseconds);
  };

  function progress({ status, progress }) {
    if (["completed", "failed", "cancelled"].includes(status)) {
      source.close();
      location.reload();
      return;
    }
    if (status === "queued") return;
    const phases = [...document.querySelectorAll(".phases > li")];
    const current = phases.findIndex(phase => phase.dataset.status === status);
    document.getElementById("status").textContent = status;
    phases.forEach((phase, place) => {
      const bar = phase.querySelector("progress");
      phase.classList.toggle("current", place === current);
      if (place < current) [bar.max, bar.value] = [1, 1];
      const text = phase.querySelector(".hint");
      if (place !== current) { text.textContent = place < current ? "done" : ""; return; }
      bar.max = Math.max(progress.total, 1);
      bar.value = progress.done;
      text.textContent = [
        progress.total ? `${progress.done.toLocaleString("en")} of ${progress.total.toLocaleString("en")}` : "",
        progress.remaining_seconds !== null ? `${duration(progress.remaining_seconds)} left` : "",
        progress.waits ?? "",
      ].filter(Boolean).join(" · ");
    });
  }
}

async function show() {
  const list = document.getElementById("gallery"), problem = document.getElementById("problem");
  try {
    const [lines, said] = await Promise.all([askLines(`${base}/results`), askJson(`${base}/marks`)]);
    const items = lines.filter(line => line.status === "scored").sort((a, b) => a.rank - b.rank).map(item);
    if (items.length === 0) return;
    for (const item of items) item.mark = said.marks[item.name];
    const [low, high] = [items.at(-1).score, items[0].score];
    new Gallery({
      list, items, chart: document.querySelector(".chart"),
      make: item => card(item, (item.score - low) / Math.max(high - low, 1e-12)),
      decided: decide,
      store: marks === "true" ? (item, anomalous) => ask(`${base}/marks/${inPath(item.name)}`, { method: "PUT", json: { anomalous } }) : null,
    });
    document.getElementById("loading").remove();
  } catch (error) {
    problem.textContent = `The results could not be read: ${error.message} Load the page again to repeat.`;
    problem.hidden = false;
  }
}

/** Says what a threshold of one's own would mean; the results stay as they are. */
async function decide(threshold) {
  const said = document.getElementById("decided");
  const by = document.querySelector(".chart").dataset.by === "before" ? "peak" : "final";
  try {
    const decision = await askJson(`${base}:decide`, { method: "POST", json: { threshold, decide: by } });
    const contrast = decision.contrast === null ? "" : ` The median anomalous image would lie ${decision.contrast.toFixed(2)} times as high as the median normal one.`;
    said.textContent = `${decision.text} ${decision.near} within 5 % of the threshold.${contrast} The files of the results keep their own threshold.`;
  } catch (error) {
    said.textContent = `This threshold could not be tried: ${error.message}`;
  }
  said.hidden = false;
}

function item({ image: name, rank, score, score_before_rscin: before, width, height }) {
  const view = word => `${base}/images/${inPath(name)}/${word}`;
  return {
    name, rank, score, before, width, height,
    image: view("thumbnail"), overlay: view("heat_thumbnail"), largeImage: view("image"), largeOverlay: view("overlay"),
    mask: level => `url("${view("mask")}${level === null ? "" : `?threshold=${level}`}")`,
    links: [{ href: view("image"), text: "image" }, { href: view("overlay"), text: "heat map" }, { href: view("map"), text: "anomaly map" }],
  };
}

function card(item, share) {
  const made = document.getElementById("card").content.firstElementChild.cloneNode(true);
  made.querySelector("img.image").src = item.image;
  made.querySelector("img.overlay").src = item.overlay;
  made.querySelector(".level").value = share;
  made.querySelector(".rank").textContent = item.rank;
  made.querySelector(".score").textContent = item.score.toFixed(4);
  const slash = item.name.lastIndexOf("/") + 1;
  made.querySelector(".name").title = item.name;
  made.querySelector(".folder").textContent = item.name.slice(0, slash);
  made.querySelector(".file").textContent = item.name.slice(slash);
  return made;
}
