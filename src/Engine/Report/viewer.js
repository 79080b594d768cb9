import { clamp, element, isField } from "./dom.js";

const mostZoom = 12;

/** One image, large: its heat map, its mask, zoom, and what is said of it. */
export class Viewer {
  #item;
  #zoom = 1;
  #shift = [0, 0];
  #step;
  #mark;
  #level;
  #opacityBefore = 1;
  #rank = element("p", { className: "rank" });
  #name = element("h2", { id: "viewer-name" });
  #facts = element("p", { className: "hint" });
  #image = element("img", { className: "base", alt: "", draggable: false });
  #overlay = element("img", { className: "heat", alt: "", draggable: false });
  #mask = element("div", { className: "mask", hidden: true });
  #layers = element("div", { className: "layers" }, this.#image, this.#overlay, this.#mask);
  #stage = element("div", { className: "stage", tabIndex: 0, attributes: { role: "img" } }, this.#layers);
  #opacity = element("input", { type: "range", min: 0, max: 1, step: 0.01, value: 1, id: "viewer-opacity" });
  #masked = element("input", { type: "checkbox", id: "viewer-mask" });
  #previous = this.#button("←", "Previous image", () => this.#step(-1));
  #next = this.#button("→", "Next image", () => this.#step(1));
  #verdicts = [[false, "Normal"], [true, "Anomalous"]].map(([anomalous, word]) =>
    element("button", { type: "button", className: "verdict", data: { anomalous }, onclick: () => this.#mark(this.#item, anomalous) }, word));
  #dialog;

  /** @param step goes to another image; @param mark stores a verdict, null for no verdicts; @param level the pixel level of masks */
  constructor({ step, mark, level, closed }) {
    this.#step = step;
    this.#mark = mark;
    this.#level = level;
    const controls = element("div", { className: "controls" },
      element("label", { className: "slider" }, "Heat map ", this.#opacity),
      element("label", { className: "check", hidden: !level }, this.#masked, " Mask at the threshold"),
      element("div", { className: "buttons", attributes: { role: "group", "aria-label": "Zoom" } },
        this.#button("−", "Smaller", () => this.#zoomBy(1 / 1.5)),
        this.#button("Fit", "Fit the image", () => this.#zoomBy(0)),
        this.#button("+", "Larger", () => this.#zoomBy(1.5))),
      element("div", { className: "verdicts", hidden: !mark, attributes: { role: "group", "aria-label": "Mark" } }, ...this.#verdicts));
    this.#dialog = element("dialog", { id: "viewer", attributes: { "aria-labelledby": "viewer-name" } },
      element("div", { className: "bar" }, this.#rank, this.#name,
        element("div", { className: "buttons" }, this.#previous, this.#next, this.#button("×", "Close", () => this.#dialog.close()))),
      this.#stage, controls, this.#facts);
    // By then the browser has given the focus back to the card that was opened first.
    this.#dialog.addEventListener("close", () => closed(this.#item));
    this.#dialog.addEventListener("click", event => { if (event.target === this.#dialog) this.#dialog.close(); });
    this.#dialog.addEventListener("keydown", event => this.#key(event));
    this.#opacity.addEventListener("input", () => this.#layer());
    this.#masked.addEventListener("change", () => this.#layer());
    this.#image.addEventListener("load", () => this.#shape(this.#image));
    this.#overlay.addEventListener("load", () => this.#shape(this.#overlay));
    // Not every browser shows every kind of file, such as TIFF.
    this.#image.addEventListener("error", () => { if (this.#image.getAttribute("src") !== this.#item.image) this.#image.src = this.#item.image; });
    this.#stage.addEventListener("wheel", event => { event.preventDefault(); this.#zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2); }, { passive: false });
    this.#stage.addEventListener("dblclick", () => this.#zoomBy(this.#zoom > 1 ? 0 : 3));
    this.#stage.addEventListener("pointermove", event => { if (event.buttons === 1) this.#shiftBy(event.movementX, event.movementY); });
    document.body.append(this.#dialog);
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Shows an item. */
  open(item, isFirst, isLast) {
    const other = item !== this.#item;
    this.#item = item;
    this.#rank.textContent = item.rank;
    this.#name.textContent = item.name;
    this.#stage.ariaLabel = `${item.name}, rank ${item.rank}`;
    const size = item.width ? ` · ${item.width} × ${item.height} pixels` : "";
    this.#facts.replaceChildren(`Score ${item.score.toFixed(4)}, before RsCIN ${item.before.toFixed(4)}${size}`);
    for (const { href, text } of item.links) this.#facts.append(" · ", element("a", { href }, text));
    this.#previous.disabled = isFirst;
    this.#next.disabled = isLast;
    for (const verdict of this.#verdicts) verdict.ariaPressed = String(verdict.dataset.anomalous === String(item.mark));
    if (other) {
      this.#image.hidden = !item.image;
      if (item.image) this.#image.src = item.largeImage ?? item.image;
      else this.#image.removeAttribute("src");
      this.#overlay.src = item.largeOverlay ?? item.overlay;
      this.#zoomBy(0);
      this.#layer();
    }
    if (!this.#dialog.open) {
      this.#dialog.showModal();
      this.#stage.focus();
    }
  }

  #button(text, label, onclick) {
    return element("button", { type: "button", ariaLabel: label, title: label, onclick }, text);
  }

  #layer() {
    this.#overlay.style.opacity = this.#item.image ? this.#opacity.value : 1;
    this.#mask.hidden = !this.#masked.checked;
    if (this.#masked.checked) {
      this.#mask.style.maskImage = this.#item.mask(this.#level());
    }
  }

  // The layers have the image's shape, whatever size each layer's own file has.
  #shape(image) {
    this.#layers.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`;
    this.#layers.style.setProperty("--shape", image.naturalWidth / image.naturalHeight);
  }

  #zoomBy(factor) {
    this.#zoom = clamp(this.#zoom * factor, 1, mostZoom);
    if (this.#zoom === 1) this.#shift = [0, 0];
    this.#shiftBy(0, 0);
  }

  #shiftBy(right, down) {
    const { offsetWidth, offsetHeight } = this.#layers;
    const most = [offsetWidth, offsetHeight].map(length => length * (this.#zoom - 1) / 2);
    this.#shift = [clamp(this.#shift[0] + right, -most[0], most[0]), clamp(this.#shift[1] + down, -most[1], most[1])];
    this.#layers.style.transform = `translate(${this.#shift[0]}px, ${this.#shift[1]}px) scale(${this.#zoom})`;
    this.#stage.classList.toggle("zoomed", this.#zoom > 1);
  }

  #toggleHeat() {
    const on = +this.#opacity.value > 0;
    if (on) this.#opacityBefore = this.#opacity.value;
    this.#opacity.value = on ? 0 : this.#opacityBefore;
    this.#layer();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      "ArrowLeft": () => this.#step(-1), "ArrowRight": () => this.#step(1), "+": () => this.#zoomBy(1.5), "-": () => this.#zoomBy(1 / 1.5), "0": () => this.#zoomBy(0),
      "1": this.#mark && (() => this.#mark(this.#item, false)), "2": this.#mark && (() => this.#mark(this.#item, true)),
      " ": event.target === this.#stage && (() => this.#toggleHeat()),
      "m": this.#level && (() => this.#masked.click()),
    }[event.key];
    if (act && !(isField(event.target) && event.key.startsWith("Arrow"))) {
      event.preventDefault();
      act();
    }
  }
}
