import { askJson } from "./api.js";
import { counted } from "./dom.js";
import { bytes, duration } from "./text.js";
import { chosenFiles, droppedFiles, upload } from "./upload.js";

const byId = id => document.getElementById(id);
const form = byId("start"), drop = byId("drop"), estimate = byId("estimate"), problem = byId("problem");
const images = new RegExp(`\\.(${form.dataset.extensions})$`, "i");
let chosen = { title: "", files: [] };
let stop = null;
let asked = null;

function choose({ title, files }) {
  const kept = files.filter(({ name }) => images.test(name) && !name.split("/").some(part => part.startsWith(".")));
  chosen = { title, files: kept };
  const left = files.length - kept.length;
  byId("chosen").textContent = files.length === 0 ? "" : [
    `${title ? `${title}: ` : ""}${counted(kept.length, "image")}, ${bytes(kept.reduce((sum, { file }) => sum + file.size, 0))}`,
    left ? `${counted(left, "other file")} left out` : "",
  ].filter(Boolean).join(" · ");
  if (!form.elements.name.value) form.elements.name.value = title.slice(0, 100);
  byId("submit").disabled = kept.length < 2;
  say(files.length > 0 && kept.length < 2 ? "Images score each other: choose at least two." : "");
  plan();
}

function say(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

const number = name => form.elements[name].value ? +form.elements[name].value : undefined;

async function plan() {
  asked?.abort();
  if (chosen.files.length < 2 || !form.checkValidity()) {
    byId("costs").hidden = true;
    return;
  }
  asked = new AbortController();
  const { signal } = asked;
  const query = new URLSearchParams({ images: chosen.files.length, backbone: form.elements.backbone.value });
  for (const name of ["size", "subsets"]) if (number(name)) query.set(name, number(name));
  byId("costs").hidden = false;
  estimate.ariaBusy = "true";
  try {
    await new Promise(done => setTimeout(done, 300));
    if (signal.aborted) return;
    const answer = await askJson(`/v1/plan?${query}`, { signal });
    const facts = {
      time: duration(answer.extraction_seconds + answer.scoring_seconds), memory: bytes(answer.memory_bytes), scratch: bytes(answer.scratch_bytes),
      maps: bytes(answer.map_bytes), side: `${answer.size} × ${answer.size} pixels`,
    };
    for (const [name, text] of Object.entries(facts)) estimate.querySelector(`[data-fact=${name}]`).textContent = text;
    estimate.ariaBusy = "false";
    byId("estimate-problem").textContent = "";
  } catch (error) {
    if (!signal.aborted) byId("estimate-problem").textContent = error.message;
  }
}

async function submit(event) {
  event.preventDefault();
  say("");
  stop = new AbortController();
  const total = chosen.files.reduce((sum, { file }) => sum + file.size, 0);
  busy(true);
  try {
    const set = await upload(chosen.title, chosen.files, (count, done) => {
      byId("bar").max = Math.max(total, 1);
      byId("bar").value = done;
      byId("sent").textContent = `${count.toLocaleString("en")} of ${counted(chosen.files.length, "image")} sent, ${bytes(done)} of ${bytes(total)}`;
    }, stop.signal);
    const { id } = await askJson("/v1/jobs", {
      method: "POST", signal: stop.signal,
      json: {
        images: { set }, backbone: form.elements.backbone.value, size: number("size"), subsets: number("subsets"), skip_bad: form.elements.skip_bad.checked,
        name: form.elements.name.value || undefined, expires_after: form.elements.expires_after.value || undefined,
      },
    });
    location.assign(`/jobs/${id}`);
  } catch (error) {
    busy(false);
    say(stop.signal.aborted ? "Stopped. What was sent is kept: start again to go on." : `${error.message} What was sent is kept: start again to go on.`);
  }
}

function busy(is) {
  byId("sending").hidden = !is;
  byId("submit").hidden = is;
  for (const field of form.querySelectorAll("fieldset")) field.disabled = is;
  if (is) byId("stop").focus();
}

for (const id of ["folder", "files"]) byId(id).addEventListener("change", event => choose(chosenFiles(event.target)));
drop.addEventListener("dragover", event => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", async event => {
  event.preventDefault();
  drop.classList.remove("over");
  try {
    choose(await droppedFiles(event.dataTransfer));
  } catch (error) {
    say(`The files could not be read: ${error.message}`);
  }
});
form.elements.backbone.addEventListener("change", () => {
  const { size, patch } = form.elements.backbone.selectedOptions[0].dataset;
  Object.assign(form.elements.size, { placeholder: size, step: patch, min: patch });
});
form.addEventListener("input", event => { if (["backbone", "size", "subsets"].includes(event.target.name)) plan(); });
form.addEventListener("submit", submit);
byId("stop").addEventListener("click", () => stop?.abort());
