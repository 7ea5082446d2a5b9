// The state machine of a future: what it awaits, and how it gets from one await to the next.
//
// A box is an await site. The circle beside it is the suspend state in which the future waits
// there: it suspends to the circle, and the next poll resumes from it.

const START = 0;
const RETURNED = 1;
/// Drawings are made this much smaller at most.
const SMALLEST_SCALE = 0.75;
/// Of a box without its circle.
const WIDTH = BOX.w + 2 * ANCHOR;

/// The states and ways of a future as rustc made it.
function machine(future) {
  const states = future.before.states.filter((state) => state.role === "suspended");
  const inside = new Set([START, RETURNED, ...states.map((state) => state.state)]);
  const ways = new Map();
  for (const state of future.before.states) {
    if (inside.has(state.state)) ways.set(state.state, state["leads-to"].filter((to) => inside.has(to)));
  }
  const nodes = [START, ...states.map((state) => state.state), RETURNED];
  const edges = [];
  const returns = new Set();
  for (const [from, targets] of ways) {
    for (const to of targets) {
      // What can return early gets a mark: edges to the end would cover all others.
      if (to === RETURNED && targets.length > 1) returns.add(from);
      else edges.push([from, to]);
    }
  }
  return { states, nodes, edges, returns };
}

/// The kept state in whose place a folded one is entered.
function entered(future, state) {
  const seen = new Set();
  let at = state;
  for (let became = fate(future, at); became.kind === "folded" && !seen.has(at); became = fate(future, at)) {
    seen.add(at);
    at = became.into;
  }
  return at;
}

/// Draws a future's machine; `after` draws what the plugin made of it, in the same places.
function graph(artifact, future, after, columns) {
  const { states, nodes, edges, returns } = machine(future);
  const { boxes, edges: drawn, width, height } = layered(nodes, edges, columns, RETURNED);
  const became = (state) => (after ? fate(future, state).kind : "kept");
  const isOut = (state) => state > RETURNED && ["folded", "removed"].includes(became(state));
  const paths = drawn.map((edge) => {
    const out = isOut(edge.from) || isOut(edge.to);
    return s("path", { class: `way${edge.isBack ? " back" : ""}${out ? " out" : ""}`, d: edge.path, "marker-end": `url(#${out ? "arrow-out" : "arrow"})` });
  });
  const name = `${after ? "With the plugin" : "As rustc made it"}: ${plural(states.length, "suspend state")}`;
  return s(
    "svg",
    {
      class: "graph",
      viewBox: `0 0 ${width} ${height}`,
      // A little too wide is made to fit; much too wide can be scrolled.
      style: { "max-width": `${width}px`, "min-width": `${width * SMALLEST_SCALE}px` },
      role: "img",
      "aria-label": `${name}. The table below has the same in words.`,
    },
    paths,
    after && redirections(future, boxes, edges),
    nodes.map((node) => shape(artifact, future, node, boxes.get(node), { isOut: isOut(node), became: became(node), returns: returns.has(node), after })),
  );
}

/// Ways into folded states, which now lead into those that were kept.
function redirections(future, boxes, edges) {
  const there = new Set(edges.map(String));
  const moved = new Set();
  for (const [from, to] of edges) {
    const now = entered(future, to);
    if (now === to || fate(future, from).kind === "folded" || there.has(String([from, now]))) continue;
    moved.add(String([from, now]));
  }
  return [...moved].map((pair) => {
    const [from, to] = pair.split(",").map((state) => boxes.get(Number(state)));
    const isDown = to.y > from.y;
    const [y1, y2] = isDown ? [from.y + BOX.h, to.y - 3] : [from.y, to.y + BOX.h + 3];
    const mid = (y1 + y2) / 2;
    return s("path", { class: "way moved", d: `M${from.x + ANCHOR + 14} ${y1} C${from.x + ANCHOR + 14} ${mid} ${to.x + ANCHOR + 14} ${mid} ${to.x + ANCHOR + 14} ${y2}`, "marker-end": "url(#arrow-moved)" });
  });
}

function shape(artifact, future, node, at, { isOut, became, returns, after }) {
  const [x, y] = [at.x - BOX.w / 2, at.y];
  if (node === START || node === RETURNED) {
    const text = node === START ? "not polled yet" : "returned";
    const top = node === START ? y + BOX.h - 28 : y;
    return s(
      "g",
      { class: "node end", "data-state": node },
      s("rect", { x, y: top, width: WIDTH, height: 28, rx: 14 }),
      s("text", { x: x + WIDTH / 2, y: top + 18, "text-anchor": "middle" }, `${node} · ${text}`),
      returns && mark(x + WIDTH, top + 14),
    );
  }
  const site = siteOf(future, node);
  const child = site && artifact.bySymbol.get(site.symbol);
  const location = placeOf(future, node);
  const title = awaited(artifact, site);
  const width = WIDTH;
  const circle = { x: x + BOX.w - 15, y: y + BOX.h / 2 };
  const isState = !isOut && became !== "called";
  const inner = after && became === "flattened" ? child : undefined;
  return s(
    "g",
    { class: `node ${became}${isOut ? " out" : ""}`, "data-state": node },
    s("title", {}, `state ${node}: ${title}${location ? `, ${place(location)}` : ""}${after ? `\n${fate(future, node).text}` : ""}`),
    s("rect", { x, y, width, height: BOX.h, rx: 7 }),
    inner && s("rect", { class: "inner", x: x + 3, y: y + 3, width: width - 6, height: BOX.h - 6, rx: 5 }),
    s("text", { class: "name", x: x + 9, y: y + 20 }, label(title)),
    s("text", { class: "where", x: x + 9, y: y + 37 }, location ? `line ${location.line}` : "", inner && inner["suspend-states"] > 0 ? ` · ${inner["suspend-states"]} inside` : ""),
    became === "folded" && s("text", { class: "into", x: x + width - 9, y: y + 37, "text-anchor": "end" }, `= ${fate(future, node).into}`),
    s("path", { class: `suspend${isState ? "" : " out"}`, d: `M${x + width} ${circle.y - 8} L${circle.x - 14} ${circle.y - 8}`, "marker-end": isState ? "url(#arrow-suspend)" : "url(#arrow-out)" }),
    s("path", { class: `resume${isState ? "" : " out"}`, d: `M${circle.x - 12} ${circle.y + 8} L${x + width + 5} ${circle.y + 8}`, "marker-end": isState ? "url(#arrow-resume)" : "url(#arrow-out)" }),
    s("circle", { class: isState ? "state" : "state out", cx: circle.x, cy: circle.y, r: 14 }),
    s("text", { class: "state", x: circle.x, y: circle.y + 4, "text-anchor": "middle" }, String(node)),
    returns && mark(x + width - 14, y + BOX.h),
  );
}

/// It can return from here as well.
const mark = (x, y) =>
  s("g", { class: "returns" }, s("title", {}, "can return from here"), s("circle", { cx: x, cy: y, r: 7 }), s("path", { d: `M${x - 3} ${y} h6 m-2.5 -2.5 l2.5 2.5 l-2.5 2.5` }));

/// Letters that fit into a box.
const LETTERS = 16;

/// What is awaited, in a box: with its type where there is room.
function label(title) {
  const name = tail(title) || "a future";
  const shorter = name.length > LETTERS ? name.split("::").at(-1) : name;
  return shorter.length > LETTERS ? `${shorter.slice(0, LETTERS - 3)}…` : shorter;
}

/// The arrow heads of all graphs of a page.
function arrows() {
  const arrow = (id, className) =>
    s("marker", { id, class: className, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 6.5, markerHeight: 6.5, orient: "auto-start-reverse" }, s("path", { d: "M0 .6 L7 4 L0 7.4 z" }));
  return s("svg", { class: "defs", "aria-hidden": "true", width: 0, height: 0 }, s("defs", {}, arrow("arrow", "way"), arrow("arrow-out", "out"), arrow("arrow-suspend", "suspend"), arrow("arrow-resume", "resume"), arrow("arrow-moved", "moved")));
}

function legend() {
  const sample = (className, arrow) => s("svg", { width: 30, height: 10, "aria-hidden": "true" }, s("path", { class: className, d: "M1 5 H23", "marker-end": `url(#${arrow})` }));
  const item = (picture, text) => h("li", {}, picture, text);
  return h(
    "ul",
    { class: "legend graph-colours" },
    item(sample("way", "arrow"), "ready: goes on"),
    item(sample("suspend", "arrow-suspend"), "pending: suspends"),
    item(sample("resume", "arrow-resume"), "polled again: resumes"),
    item(sample("way moved", "arrow-moved"), "now leads here"),
    item(sample("way out", "arrow-out"), "folded or removed"),
    item(s("svg", { class: "graph", width: 18, height: 18, "aria-hidden": "true" }, s("g", { class: "node flattened" }, s("rect", { x: 1, y: 3, width: 16, height: 12, rx: 3 }), s("rect", { class: "inner", x: 4, y: 6, width: 10, height: 6, rx: 1 }))), "awaited future became a part"),
    item(s("svg", { class: "graph", width: 18, height: 18, "aria-hidden": "true" }, mark(9, 9)), "can return here"),
  );
}
