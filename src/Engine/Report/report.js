(() => {
  "use strict";
  const byId = id => document.getElementById(id);
  const gallery = byId("gallery");
  if (!gallery) return;
  const cards = [...gallery.children].map(element => ({
    element,
    name: element.dataset.name,
    needle: element.dataset.name.toLowerCase(),
    rank: +element.dataset.rank,
    score: +element.dataset.score,
    before: +element.dataset.before,
  }));
  const low = +gallery.dataset.low, high = +gallery.dataset.high;
  const orders = {
    "rank": (a, b) => a.rank - b.rank,
    "rank-up": (a, b) => b.rank - a.rank,
    "name": (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
    "before": (a, b) => b.before - a.before || a.rank - b.rank,
  };
  const plural = count => count.toLocaleString("en") + (count === 1 ? " image" : " images");
  let shown = cards;

  function filter() {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const step = +byId("least").value;
    const least = step === 0 ? -Infinity : low + (high - low) * step / 1000;
    byId("least-value").value = Math.max(least, low).toFixed(4);
    for (const card of cards) {
      card.element.hidden = card.score < least - 1e-12 || !words.every(word => card.needle.includes(word));
    }
    for (const bar of document.querySelectorAll(".chart rect")) {
      bar.classList.toggle("out", +bar.dataset.to < least);
    }
    shown = cards.filter(card => !card.element.hidden);
    byId("shown").textContent = shown.length === cards.length ? plural(cards.length) : `${shown.length.toLocaleString("en")} of ${plural(cards.length)}`;
    byId("nothing").hidden = shown.length > 0;
  }

  function sort() {
    cards.sort(orders[byId("sort").value]);
    gallery.append(...cards.map(card => card.element));
    filter();
  }

  const viewer = byId("viewer");
  let current = -1;

  function open(index) {
    if (index < 0 || index >= shown.length) return;
    current = index;
    const { element, name, rank, score, before } = shown[index];
    for (const kind of ["image", "overlay"]) {
      const source = element.querySelector("img." + kind), target = byId("viewer-" + kind);
      target.hidden = !source;
      if (source) target.src = source.src;
    }
    byId("viewer-rank").textContent = rank;
    byId("viewer-name").textContent = name;
    const facts = byId("viewer-facts");
    facts.textContent = `Score ${score.toFixed(4)}, before RsCIN ${before.toFixed(4)}` + (element.dataset.size ? ` · ${element.dataset.size} pixels` : "");
    if (element.dataset.overlay) {
      const link = document.createElement("a");
      link.href = element.dataset.overlay;
      link.textContent = "larger heat map";
      facts.append(" · ", link);
    }
    byId("previous").disabled = index === 0;
    byId("next").disabled = index === shown.length - 1;
    if (!viewer.open) viewer.showModal();
  }

  function close() {
    viewer.close();
  }

  gallery.addEventListener("click", event => {
    const element = event.target.closest(".card");
    if (element) open(shown.findIndex(card => card.element === element));
  });
  viewer.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) { event.preventDefault(); open(current + step); }
  });
  viewer.addEventListener("click", event => { if (event.target === viewer) close(); });
  viewer.addEventListener("close", () => shown[current]?.element.querySelector("button").focus());
  byId("previous").addEventListener("click", () => open(current - 1));
  byId("next").addEventListener("click", () => open(current + 1));
  byId("close").addEventListener("click", close);
  byId("search").addEventListener("input", filter);
  byId("least").addEventListener("input", filter);
  byId("sort").addEventListener("change", sort);
  document.querySelector(".tools").addEventListener("submit", event => event.preventDefault());
  for (const choice of document.getElementsByName("view")) {
    choice.addEventListener("change", () => { gallery.dataset.view = choice.value; });
  }
  document.addEventListener("keydown", event => {
    if (event.key === "/" && !viewer.open && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      byId("search").focus();
    }
  });
  // A browser keeps the fields' values over a reload.
  sort();
})();
