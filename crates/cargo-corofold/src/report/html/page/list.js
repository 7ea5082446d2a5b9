// The first view: what costs most, the treemap, and the table of futures.

/// Rows that are there before more are asked for.
const ROWS = 100;

const COLUMNS = [
  { key: "bytes", name: "code", title: "bytes of machine code of poll and drop glue", value: (f) => f.bytes },
  { key: "poll", name: "poll", title: "bytes of the body", value: (f) => f.code.poll, wide: true },
  { key: "drop", name: "drop", title: "bytes of the drop glue", value: (f) => f.code["drop-glue"], wide: true },
  { key: "frame", name: "frame", title: "bytes in memory, children included", value: (f) => f["frame-bytes"], wide: true },
  { key: "states", name: "states", title: "awaits at which it can be suspended", value: (f) => f["suspend-states"], wide: true },
  { key: "panics", name: "panics", title: "panics for polls after completion", value: (f) => f["resumed-panics"], wide: true },
  { key: "saves", name: "saves", title: "bytes of code that it has less with the plugin", value: (f) => f.saves },
];

function list(artifact) {
  return [
    summary(artifact),
    h("section", { "aria-labelledby": "map" }, h("h2", { id: "map" }, "Code by crate and future"), treemap(artifact)),
    futures(artifact),
    others(artifact),
  ];
}

function summary(artifact) {
  const with_ = artifact["text-with-plugin"];
  const warnings = artifact.findings.filter((finding) => finding.severity === "warning").length;
  const panics = (found) => (found && found.precision !== "unknown" ? `${found.precision === "at-least" ? "≥ " : ""}${number(found.count)}` : "?");
  return h(
    "section",
    { class: "summary" },
    h("h1", {}, artifact.name, " ", h("small", {}, `${artifact.kind} · ${artifact.path}`)),
    h(
      "dl",
      { class: "tiles" },
      tile("code", number(artifact.text), "bytes of machine code"),
      tile("in futures", percent(artifact["futures-code"], artifact.text), `${number(artifact["futures-code"])} bytes in ${plural(artifact.futures.length, "future")}`),
      with_ === null ? null : tile("with the plugin", signed(with_ - artifact.text), `bytes, ${percent(with_ - artifact.text, artifact.text).replace("-", "−")}`, with_ <= artifact.text ? "good" : "bad"),
      tile("resumed panics", panics(artifact["resumed-panics"]), artifact["resumed-panics-left"] ? `${panics(artifact["resumed-panics-left"])} left with the plugin` : "without the plugin"),
      tile("findings", number(artifact.findings.length), `${number(warnings)} that a change of the source removes`),
    ),
    answer(artifact),
  );
}

const tile = (name, value, note, mood) =>
  h("div", { class: `tile ${mood ?? ""}` }, h("dt", {}, name), h("dd", {}, value, h("small", {}, note)));

/// Which future costs most, and why.
function answer(artifact) {
  const [first] = artifact.futures;
  return first && h("p", { class: "answer" }, h("a", { href: first.address }, first.title), " costs most: ", code(artifact.why), ".");
}

function futures(artifact) {
  const state = { sort: "bytes", ascending: false, text: "", crate: "", kind: "", rows: ROWS };
  const kinds = [...new Set(artifact.findings.map((finding) => finding.kind))].sort();
  const option = (value, name) => h("option", { value }, name);
  const count = h("p", { class: "count", role: "status" });
  const rows = h("tbody");
  const more = h("button", { type: "button", class: "more", onclick: () => draw((state.rows += 5 * ROWS)) });
  const on = (key) => ({ target }) => draw((state[key] = target.value), (state.rows = ROWS));
  const headers = new Map(COLUMNS.map((column) => [column.key, header(column, "number")]));
  headers.set("title", header({ key: "title", name: "future" }));

  draw();
  return h(
    "section",
    { "aria-labelledby": "futures" },
    h("h2", { id: "futures" }, "Futures"),
    h(
      "form",
      { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
      h("input", { type: "search", id: "search", placeholder: "Search futures, crates, files", "aria-label": "Search futures, crates, files", autocomplete: "off", oninput: on("text") }),
      h("select", { "aria-label": "Crate", onchange: on("crate") }, option("", "all crates"), [...artifact.crates.keys()].map((name) => option(name, name))),
      h("select", { "aria-label": "Finding", onchange: on("kind") }, option("", "all findings"), kinds.map((kind) => option(kind, kind))),
    ),
    count,
    h("table", { class: "futures" }, h("thead", {}, h("tr", {}, [...headers.values()], h("th", { scope: "col", class: "wide" }, "findings"))), rows),
    more,
  );

  function header({ key, name, title, wide }, className = "") {
    const click = () => {
      state.ascending = state.sort === key ? !state.ascending : key === "title";
      state.sort = key;
      draw();
    };
    return h("th", { scope: "col", class: `${className} ${wide ? "wide" : ""}` }, h("button", { type: "button", title, onclick: click }, name));
  }

  function chosen() {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    const isChosen = (future) =>
      words.every((word) => future.search.includes(word)) &&
      (!state.crate || future.crate === state.crate) &&
      (!state.kind || future.findings.some((finding) => finding.kind === state.kind));
    const column = COLUMNS.find(({ key }) => key === state.sort);
    const direction = state.ascending ? 1 : -1;
    const compare = column
      ? (a, b) => (column.value(a) ?? -Infinity) - (column.value(b) ?? -Infinity)
      : (a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
    return artifact.futures.filter(isChosen).sort((a, b) => direction * compare(a, b) || a.index - b.index);
  }

  function draw() {
    const found = chosen();
    const most = Math.max(1, ...found.map((future) => future.bytes));
    const code = found.reduce((sum, future) => sum + future.bytes, 0);
    count.textContent = found.length === 0 ? "No future matches." : `${plural(found.length, "future")}, ${plural(code, "byte")} of code`;
    for (const [key, cell] of headers) {
      if (key === state.sort) cell.setAttribute("aria-sort", state.ascending ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    }
    rows.replaceChildren(...found.slice(0, state.rows).map((future) => row(future, most)));
    const hidden = found.length - state.rows;
    more.hidden = hidden <= 0;
    more.textContent = `Show more (${number(hidden)} smaller)`;
    if (state.sort !== "bytes" || state.ascending) more.textContent = `Show more (${number(hidden)})`;
  }

  function row(future, most) {
    const open = (event) => {
      if (!event.target.closest("a") && !getSelection().toString()) location.hash = future.address;
    };
    return h(
      "tr",
      { onclick: open },
      COLUMNS.map(({ key, value, wide }) =>
        h(
          "td",
          { class: `number ${wide ? "wide" : ""} ${key === "saves" ? mood(value(future)) : ""}` },
          number(value(future)),
          key === "bytes" && h("span", { class: "share", "data-hue": artifact.crates.get(future.crate).hue, style: { "--part": `${(future.bytes / most) * 100}%` } }),
        ),
      ),
      h("td", { class: "name" }, h("a", { href: future.address }, breakable(future.title)), h("small", {}, breakable(place(future.location)))),
      h("td", { class: "wide kinds" }, [...new Set(future.findings.map((finding) => finding.kind))].map((kind) => h("span", { class: "kind" }, kind))),
    );
  }
}

const mood = (saves) => (saves > 0 ? "good" : saves < 0 ? "bad" : "");

/// What looks like a future and was not understood.
function others(artifact) {
  const left = artifact.unrecognised;
  if (left.length === 0) return null;
  return h(
    "details",
    { class: "card" },
    h("summary", {}, `${plural(left.length, "function")} that looks like a future and has another shape`),
    h("ul", { class: "plain" }, left.map(({ name, reason, location }) => h("li", {}, h("code", {}, breakable(name)), h("small", {}, ` ${place(location)} · ${reason}`)))),
  );
}
