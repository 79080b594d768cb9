import { Gallery } from "./gallery.js";

const list = document.getElementById("gallery");
if (list) {
  const items = [...list.children].map(card => {
    const { name, rank, score, before, overlay, size } = card.dataset;
    const source = kind => card.querySelector(`img.${kind}`)?.src;
    const [width, height] = (size ?? "").split(" × ");
    return {
      name, rank: +rank, score: +score, before: +before, width, height, card, image: source("image"), overlay: source("overlay"),
      links: overlay ? [{ href: overlay, text: "larger heat map" }] : [],
    };
  });
  new Gallery({ list, chart: document.querySelector(".chart"), items, make: item => item.card });
}
