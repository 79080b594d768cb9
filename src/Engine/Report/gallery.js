import { counted, element, isField } from "./dom.js";
import { Distribution } from "./distribution.js";
import { Grid } from "./grid.js";
import { Viewer } from "./viewer.js";

const orders = {
  "rank": (a, b) => a.rank - b.rank,
  "rank-up": (a, b) => b.rank - a.rank,
  "name": (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  "before": (a, b) => b.before - a.before || a.rank - b.rank,
};

/** Of the images that somebody marked: how many of those that are flagged are anomalous, and how many anomalous ones are flagged. */
export function precisionRecall(items, isFlagged) {
  const marked = items.filter(item => item.mark !== undefined);
  const found = marked.filter(isFlagged), anomalous = marked.filter(item => item.mark);
  const right = found.filter(item => item.mark).length;
  return { marked: marked.length, precision: found.length ? right / found.length : null, recall: anomalous.length ? right / anomalous.length : null };
}

/**
 * A job's images: ranked, filtered, opened, marked. An item has name, rank, score, before (RsCIN), image and overlay (sources),
 * links, and where known largeImage, largeOverlay, mask(level) as CSS has images, width, height, mark.
 */
export class Gallery {
  #items;
  #total;
  #shown = [];
  #current = 0;
  #threshold;
  #byPeak;
  #decided;
  #list;
  #grid;
  #distribution;
  #viewer;
  #mark;
  #status = element("p", { id: "shown", className: "status", attributes: { role: "status" } });
  #nothing = element("p", { className: "hint", hidden: true }, "No image matches.");
  #search = element("input", { type: "search", id: "search", placeholder: "part of a name", autocomplete: "off", spellcheck: false });
  #order = this.#select("sort", { "rank": "rank", "rank-up": "rank, least first", "name": "name", "before": "score before RsCIN" });
  #part;

  /**
   * @param make makes an item's card
   * @param store stores a mark (true, false, or null to take it back); null where there are none
   * @param decided called with each threshold that somebody chose
   */
  constructor({ list, chart, items, make, store = null, decided = () => {} }) {
    this.#items = items;
    this.#total = +chart.dataset.count;
    this.#list = list;
    this.#byPeak = chart.dataset.by === "before";
    this.#decided = decided;
    this.#mark = store && ((item, anomalous) => this.#toggleMark(item, anomalous, store));
    this.#part = this.#select("part", {
      "all": "all images", "above": "at or above the threshold", "below": "below the threshold", ...store && { "marked": "marked", "unmarked": "not marked" },
    });
    this.#threshold = this.#stored() ?? (chart.dataset.threshold ? +chart.dataset.threshold : null);
    this.#grid = new Grid(list, make, (card, item) => this.#update(card, item));
    this.#distribution = new Distribution(chart, threshold => this.#move(threshold), () => this.#decided(this.#threshold));
    this.#viewer = new Viewer({
      step: by => this.#open(this.#current + by), mark: this.#mark, level: items.some(item => item.mask) ? () => this.#byPeak ? this.#threshold : null : null,
      closed: item => this.#focus(Math.max(0, this.#shown.indexOf(item))),
    });
    list.before(this.#tools(), this.#status);
    list.after(this.#nothing);
    list.addEventListener("click", event => {
      const index = this.#indexOf(event.target);
      if (index >= 0) this.#open(index);
    });
    list.addEventListener("focusin", event => this.#enter(this.#indexOf(event.target)));
    list.addEventListener("keydown", event => this.#key(event));
    // Firefox clicks a button when Space comes up.
    list.addEventListener("keyup", event => { if (event.key === " ") event.preventDefault(); });
    document.addEventListener("keydown", event => {
      if (event.key === "/" && !this.#viewer.isOpen && !isField(event.target)) {
        event.preventDefault();
        this.#search.focus();
      }
    });
    this.#filter();
  }

  /** Takes over marks from elsewhere: a map of names. */
  setMarks(marks) {
    for (const item of this.#items) item.mark = marks[item.name];
    this.#filter();
  }

  #select(id, choices) {
    const made = element("select", { id }, ...Object.entries(choices).map(([value, text]) => new Option(text, value)));
    made.addEventListener("change", () => this.#filter());
    return made;
  }

  #tools() {
    this.#search.addEventListener("input", () => this.#filter());
    const tools = element("form", { className: "tools", attributes: { role: "search", "aria-label": "Images" } },
      element("label", { className: "grow" }, "Search ", this.#search),
      element("label", {}, "Show ", this.#part),
      element("label", {}, "Sort by ", this.#order));
    if (this.#items.some(item => item.image)) {
      const views = Object.entries({ "overlay": "heat map", "image": "image", "both": "both" }).map(([value, text]) => {
        const choice = element("input", { type: "radio", name: "view", value, checked: value === this.#list.dataset.view });
        choice.addEventListener("change", () => { this.#view(value); });
        return element("label", {}, choice, text);
      });
      tools.append(element("fieldset", {}, element("legend", {}, "Pictures"), ...views));
    }
    tools.addEventListener("submit", event => event.preventDefault());
    return tools;
  }

  #view(value) {
    this.#list.dataset.view = value;
    document.querySelector(`.tools input[value=${value}]`).checked = true;
    this.#grid.draw();
  }

  #filter() {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const parts = {
      "all": () => true, "above": item => this.#isFlagged(item), "below": item => !this.#isFlagged(item),
      "marked": item => item.mark !== undefined, "unmarked": item => item.mark === undefined,
    };
    const part = parts[this.#part.value];
    this.#shown = this.#items.filter(item => part(item) && words.every(word => item.name.toLowerCase().includes(word))).sort(orders[this.#order.value]);
    this.#current = Math.max(0, Math.min(this.#current, this.#shown.length - 1));
    this.#grid.show(this.#shown);
    this.#nothing.hidden = this.#shown.length > 0;
    this.#say();
  }

  #say() {
    const total = this.#total, above = this.#items.reduce((count, item) => count + this.#isFlagged(item), 0);
    const sentences = [this.#threshold === null
      ? `${counted(total, "image")}, ranked; no threshold separates them`
      : `${above.toLocaleString("en")} of ${counted(total, "image")} at or above ${this.#threshold.toFixed(4)}`];
    if (this.#shown.length < this.#items.length) sentences.push(`${this.#shown.length.toLocaleString("en")} shown`);
    const { marked, precision, recall } = precisionRecall(this.#items, item => this.#isFlagged(item));
    if (marked) {
      const figure = value => value === null ? "–" : value.toFixed(3);
      sentences.push(`${counted(marked, "image")} marked: precision ${figure(precision)}, recall ${figure(recall)}`);
    }
    this.#status.textContent = sentences.join(" · ");
    this.#distribution.show(this.#threshold, `${above} of ${counted(total, "image")}`);
  }

  // The peak of an anomaly map is a float32.
  #isFlagged(item) {
    return this.#threshold !== null && (this.#byPeak ? Math.fround(item.before) : item.score) >= this.#threshold;
  }

  #move(threshold) {
    this.#threshold = threshold;
    history.replaceState(history.state, "", `#threshold=${threshold.toPrecision(8)}`);
    if (["above", "below"].includes(this.#part.value)) {
      this.#filter();
    } else {
      this.#grid.draw();
      this.#say();
    }
  }

  #stored() {
    const value = parseFloat(new URLSearchParams(location.hash.slice(1)).get("threshold"));
    return Number.isFinite(value) ? value : null;
  }

  #update(card, item) {
    card.classList.toggle("above", this.#isFlagged(item));
    card.dataset.mark = item.mark === undefined ? "" : item.mark ? "anomalous" : "normal";
    const button = card.querySelector("button");
    button.ariaDescription = item.mark === undefined ? "" : `marked ${card.dataset.mark}`;
    button.tabIndex = item === this.#shown[this.#current] ? 0 : -1;
  }

  #indexOf(target) {
    const card = target.closest(".card");
    return card ? this.#shown.findIndex(item => this.#grid.card(item) === card) : -1;
  }

  #enter(index) {
    if (index < 0 || index === this.#current) return;
    const before = this.#grid.card(this.#shown[this.#current]);
    if (before) before.querySelector("button").tabIndex = -1;
    this.#current = index;
    const card = this.#grid.card(this.#shown[index]);
    if (card) card.querySelector("button").tabIndex = 0;
  }

  #focus(index) {
    if (this.#shown.length > 0) this.#grid.reveal(index).querySelector("button").focus();
  }

  #open(index) {
    if (index < 0 || index >= this.#shown.length) return;
    this.#enter(index);
    this.#viewer.open(this.#shown[index], index === 0, index === this.#shown.length - 1);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#shown.length - 1, here = this.#current, columns = this.#grid.columns;
    const target = { ArrowLeft: here - 1, ArrowRight: here + 1, ArrowUp: here - columns, ArrowDown: here + columns, Home: 0, End: last }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      if (target >= 0 && target <= last) this.#focus(target);
    } else if (event.key === " ") {
      event.preventDefault();
      this.#view(this.#list.dataset.view === "image" ? "overlay" : "image");
    } else if (this.#mark && ["1", "2"].includes(event.key)) {
      this.#mark(this.#shown[here], event.key === "2");
    }
  }

  // The same verdict again takes it back.
  async #toggleMark(item, anomalous, store) {
    const before = item.mark;
    const after = before === anomalous ? undefined : anomalous;
    this.#setMark(item, after);
    try {
      await store(item, after ?? null);
    } catch (error) {
      this.#setMark(item, before);
      this.#status.textContent = `The mark was not stored: ${error.message}`;
    }
  }

  #setMark(item, mark) {
    item.mark = mark;
    const card = this.#grid.card(item);
    if (card) this.#update(card, item);
    if (this.#viewer.isOpen) {
      const index = this.#shown.indexOf(item);
      this.#viewer.open(item, index <= 0, index === this.#shown.length - 1);
    }
    this.#say();
  }
}
