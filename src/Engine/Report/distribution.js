import { clamp, element } from "./dom.js";

/** The histogram's threshold: dragged, or moved by keys. */
export class Distribution {
  #chart;
  #low;
  #high;
  #slider;
  #label = element("output", { className: "threshold-value" });

  /** @param changed called with each new threshold; @param chosen called when it stays */
  constructor(chart, changed, chosen) {
    this.#chart = chart;
    this.#low = +chart.dataset.low;
    this.#high = +chart.dataset.high;
    this.#slider = element("input", {
      type: "range", className: "threshold", min: this.#low, max: this.#high, step: (this.#high - this.#low) / 1000,
      attributes: { "aria-label": "Threshold" },
    });
    this.#slider.addEventListener("input", () => changed(+this.#slider.value));
    this.#slider.addEventListener("change", chosen);
    chart.prepend(this.#label);
    chart.querySelector("svg").after(this.#slider);
  }

  /** Shows a threshold, and in words what it means; null where there is none yet. */
  show(threshold, meaning) {
    const text = threshold?.toFixed(4) ?? "";
    this.#slider.value = threshold ?? this.#high;
    this.#slider.setAttribute("aria-valuetext", threshold === null ? "no threshold" : `${text}: ${meaning}`);
    this.#label.value = text;
    this.#label.style.left = `${100 * clamp(((threshold ?? this.#high) - this.#low) / (this.#high - this.#low), 0, 1)}%`;
    for (const bar of this.#chart.querySelectorAll("rect")) {
      bar.classList.toggle("out", threshold === null || +bar.dataset.to <= threshold);
    }
  }
}
