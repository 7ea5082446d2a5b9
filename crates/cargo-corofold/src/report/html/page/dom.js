// Elements and numbers. Text gets into the page as text nodes only.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    // The page's policy forbids style attributes, not style properties.
    else if (name === "style") for (const [key, to] of Object.entries(value)) element.style.setProperty(key, to);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/// A number with a real minus.
const number = (value) => (value === null || value === undefined ? "?" : value.toLocaleString("en").replace("-", "−"));
const percent = (part, whole) => `${((part / Math.max(whole, 1)) * 100).toFixed(1)} %`;
const plural = (count, one, more = `${one}s`) => `${number(count)} ${count === 1 ? one : more}`;
/// A change, with its sign.
const signed = (value) => (value > 0 ? `+${number(value)}` : number(value));

/// A path that can be broken where people would break it.
function breakable(text) {
  return text.split(/(?<=::|\/|, )/).flatMap((part, index) => (index ? [h("wbr"), part] : [part]));
}
