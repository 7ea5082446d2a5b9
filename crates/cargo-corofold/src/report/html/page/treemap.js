// A squarified treemap (Bruls, Huizing and van Wijk): rectangles as square as they can be.

/// Places `items` (each with `value`, the largest first) into a rectangle.
function squarify(items, box) {
  const placed = [];
  let { x, y, w, h: height } = box;
  let rest = items.filter((item) => item.value > 0);
  let value = rest.reduce((sum, item) => sum + item.value, 0);
  while (rest.length > 0 && w > 0 && height > 0) {
    const scale = (w * height) / value;
    const side = Math.min(w, height);
    const count = rowLength(rest, side, scale);
    const row = rest.slice(0, count);
    const sum = row.reduce((sum, item) => sum + item.value, 0);
    const thickness = (sum * scale) / side;
    let at = 0;
    for (const item of row) {
      const length = (item.value / sum) * side;
      placed.push(
        w >= height
          ? { item, x, y: y + at, w: thickness, h: length }
          : { item, x: x + at, y, w: length, h: thickness },
      );
      at += length;
    }
    if (w >= height) [x, w] = [x + thickness, w - thickness];
    else [y, height] = [y + thickness, height - thickness];
    value -= sum;
    rest = rest.slice(count);
  }
  return placed;
}

/// How many items make the row whose worst rectangle is best.
function rowLength(items, side, scale) {
  let sum = 0;
  let best = Infinity;
  for (let count = 0; count < items.length; count++) {
    sum += items[count].value;
    const thickness = (sum * scale) / side;
    const ratio = (item) => {
      const length = (item.value * scale) / thickness;
      return Math.max(length / thickness, thickness / length);
    };
    // The first is the largest and the last the smallest: one of them is worst.
    const worst = Math.max(ratio(items[0]), ratio(items[count]));
    if (worst > best) return count;
    best = worst;
  }
  return items.length;
}

/// Rectangles below this many square pixels are one.
const SMALLEST = 90;

function treemap(artifact) {
  const root = h("div", { class: "treemap", role: "group", "aria-label": "Code of futures by crate; arrow keys move, Enter opens" });
  const draw = () => root.replaceChildren(...cells(artifact, root.clientWidth, root.clientHeight));
  // Not within the observation: what is drawn may change sizes.
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(root);
  root.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const all = [...root.querySelectorAll("a")];
    const next = step && all[all.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    all.forEach((cell) => cell.setAttribute("tabindex", "-1"));
    next.setAttribute("tabindex", "0");
    next.focus();
  });
  return root;

  function cells(artifact, width, height) {
    const pixels = (width * height) / Math.max(artifact["futures-code"], 1);
    const groups = [...artifact.crates.values()].map((crate) => ({ crate, value: crate.bytes }));
    const drawn = squarify(groups, { x: 0, y: 0, w: width, h: height }).map(({ item, ...box }) => {
      const hasName = box.w > 54 && box.h > 34;
      const inner = { x: 2, y: hasName ? 19 : 2, w: box.w - 4, h: box.h - (hasName ? 21 : 4) };
      const own = artifact.futures.filter((future) => future.crate === item.crate.name);
      const shown = own.filter((future) => future.bytes * pixels >= SMALLEST);
      const items = shown.map((future) => ({ future, value: future.bytes }));
      const others = own.slice(shown.length);
      if (others.length > 0) items.push({ others, value: others.reduce((sum, future) => sum + future.bytes, 0) });
      items.sort((a, b) => b.value - a.value);
      return h(
        "div",
        { class: "crate", "data-hue": item.crate.hue, style: at(box) },
        hasName && h("span", { class: "crate-name" }, item.crate.name, " ", h("small", {}, number(item.value))),
        squarify(items, inner).map(cell),
      );
    });
    drawn[0]?.querySelector("a")?.setAttribute("tabindex", "0");
    return drawn;
  }

  function cell({ item, ...box }) {
    const hasText = box.w > 44 && box.h > 20;
    if (item.others) {
      const text = `${plural(item.others.length, "smaller future")}, ${number(item.value)} bytes`;
      return h("span", { class: "cell others", title: text, style: at(box) }, hasText && `+${item.others.length}`);
    }
    const { future } = item;
    const what = `${future.title}: ${number(future.bytes)} bytes${future.saves === null ? "" : `, ${number(future.saves)} less with the plugin`}`;
    return h(
      "a",
      { class: "cell", href: future.address, tabindex: "-1", title: what, "aria-label": what, style: at(box) },
      hasText && h("span", {}, tail(future.title)),
      hasText && box.h > 36 && h("small", {}, number(future.bytes)),
    );
  }

  function at({ x, y, w, h: height }) {
    const px = (value) => `${value.toFixed(1)}px`;
    return { left: px(x), top: px(y), width: px(Math.max(w - 1, 1)), height: px(Math.max(height - 1, 1)) };
  }
}
