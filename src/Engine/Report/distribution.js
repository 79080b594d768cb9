import { clamp, element } from "./dom.js";

/** The histogram's threshold: dragged, or moved by keys. */
export class Distribution {
  #chart;
  #low;
  #high;
  #slider;
  #label = element("output", { className: "threshold-value" });

  /** @param changed called with each new threshold */
  constructor(chart, changed) {
    this.#chart = chart;
    this.#low = +chart.dataset.low;
    this.#high = +chart.dataset.high;
    this.#slider = element("input", {
      type: "range", className: "threshold", min: this.#low, max: this.#high, step: (this.#high - this.#low) / 1000,
      attributes: { "aria-label": "Threshold" },
    });
    this.#slider.addEventListener("input", () => changed(+this.#slider.value));
    chart.prepend(this.#label);
    chart.querySelector("svg").after(this.#slider);
  }

  /** Shows a threshold, and in words what it means. */
  show(threshold, meaning) {
    this.#slider.value = threshold;
    this.#slider.setAttribute("aria-valuetext", `${threshold.toFixed(4)}: ${meaning}`);
    this.#label.value = threshold.toFixed(4);
    this.#label.style.left = `${100 * clamp((threshold - this.#low) / (this.#high - this.#low), 0, 1)}%`;
    for (const bar of this.#chart.querySelectorAll("rect")) {
      bar.classList.toggle("out", +bar.dataset.to <= threshold);
    }
  }
}
