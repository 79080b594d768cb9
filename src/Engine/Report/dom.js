/** An element with properties, `data`, `attributes` and children. */
export function element(tag, { data, attributes, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  Object.assign(made.dataset, data);
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** "1,200 images"; the noun is given in the singular. */
export const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Whether keys typed now belong to a field rather than to the page. */
export const isField = target => target.matches?.("input, select, textarea");
