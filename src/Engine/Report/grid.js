import { clamp } from "./dom.js";

// So many are all in the document: they can be searched by the browser, and printed.
const few = 500;
const spareRows = 3;

/** Cards in rows. Of many, only those near the window are in the document. */
export class Grid {
  #list;
  #make;
  #update;
  #items = [];
  #shown = new Map();
  #asked = false;

  /** @param make makes an item's card; @param update is called with each card that is shown, and its item */
  constructor(list, make, update) {
    this.#list = list;
    this.#make = make;
    this.#update = update;
    addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later()).observe(list);
  }

  get columns() {
    return getComputedStyle(this.#list).gridTemplateColumns.split(" ").length;
  }

  show(items) {
    this.#items = items;
    this.draw();
  }

  /** The item's card, where it is shown. */
  card(item) {
    return this.#shown.get(item);
  }

  /** Scrolls so that an item is shown, and gives its card. */
  reveal(index) {
    const item = this.#items[index];
    if (!this.#shown.has(item)) {
      const top = scrollY + this.#list.getBoundingClientRect().top + Math.floor(index / this.columns) * this.#rowHeight();
      scrollTo({ top: top - innerHeight / 3, behavior: "instant" });
      this.draw();
    }
    const card = this.#shown.get(item);
    card.scrollIntoView({ block: "nearest" });
    return card;
  }

  draw() {
    const [first, last] = this.#items.length <= few ? [0, this.#items.length] : this.#window();
    const before = this.#shown;
    this.#shown = new Map(this.#items.slice(first, last).map(item => [item, before.get(item) ?? this.#make(item)]));
    const wanted = [...this.#shown.values()];
    const kept = new Set(wanted);
    for (const card of [...this.#list.children]) {
      if (!kept.has(card)) card.remove();
    }
    // A card that stays where it is keeps the focus.
    wanted.forEach((card, place) => {
      if (this.#list.children[place] !== card) this.#list.insertBefore(card, this.#list.children[place] ?? null);
    });
    let place = first;
    for (const [item, card] of this.#shown) {
      card.ariaPosInSet = ++place;
      card.ariaSetSize = this.#items.length;
      this.#update(card, item);
    }
  }

  #window() {
    const columns = this.columns, height = this.#rowHeight(), rows = Math.ceil(this.#items.length / columns);
    const top = -this.#list.getBoundingClientRect().top;
    const first = clamp(Math.floor(top / height) - spareRows, 0, rows);
    const last = clamp(Math.ceil((top + innerHeight) / height) + spareRows, first, rows);
    this.#list.style.paddingTop = `${first * height}px`;
    this.#list.style.paddingBottom = `${(rows - last) * height}px`;
    return [first * columns, last * columns];
  }

  #rowHeight() {
    if (!this.#list.firstElementChild) this.#list.append(this.#make(this.#items[0]));
    return this.#list.firstElementChild.getBoundingClientRect().height + parseFloat(getComputedStyle(this.#list).rowGap);
  }

  #later() {
    if (this.#asked || this.#items.length <= few) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.draw();
    });
  }
}
