// The second view: one future, its state machine before and after, and its source.

function detail(artifact, future) {
  const takers = takenInBy(future);
  return h(
    "article",
    { class: "future" },
    h("a", { class: "back", href: `#${artifact.address}` }, "← all futures"),
    h("h1", {}, breakable(future.title)),
    h("p", { class: "where" }, h("span", { class: "construct" }, future.construct), " ", breakable(place(future.location)), ` · ${polledBy(future)}`, future.copies > 1 && ` · ${future.copies} copies`),
    figures(future),
    callees(future),
    takers.length > 0 && h("p", { class: "answer" }, "With the plugin it is a part of ", joined(takers.map((parent) => h("a", { href: parent.address }, parent.title))), "."),
    stateMachine(artifact, future),
    sites(artifact, future),
    future.findings.length > 0 && h("section", {}, h("h2", {}, "Findings"), future.findings.map(finding)),
    memory(future),
    done(future),
    relatives(artifact, future),
  );
}

const polledBy = (future) =>
  future["polled-by"].replace(/^(\d+) await site\(s\)/, (_, count) => `polled at ${plural(Number(count), "await site")}`);

const joined = (elements) => elements.flatMap((element, index) => (index ? [", ", element] : [element]));

function figures(future) {
  const after = future["code-with-plugin"];
  const change = (before, with_) => (after && with_ !== null && with_ !== before ? `${number(with_)} with the plugin` : "");
  const left = future.after ? future.after.states.filter((state) => state.role === "suspended" && state["folded-into"] === null).length : null;
  return h(
    "dl",
    { class: "tiles" },
    tile("poll", number(future.code.poll), change(future.code.poll, after?.poll) || "bytes of code"),
    tile("drop glue", number(future.code["drop-glue"]), change(future.code["drop-glue"], after?.["drop-glue"]) || "bytes of code"),
    future.saves === null ? null : tile("saves", number(future.saves), "bytes with the plugin", mood(future.saves)),
    tile("frame", number(future["frame-bytes"]), "bytes in memory"),
    tile("states", number(future["suspend-states"]), change(future["suspend-states"], left) || "suspended at an await"),
    tile("resumed panics", number(future["resumed-panics"]), change(future["resumed-panics"], future["resumed-panics-left"]) || "for polls after completion"),
  );
}

function callees(future) {
  const named = future.callees.map((callee) => h("span", {}, h("code", {}, breakable(callee.function)), ` ${number(callee.bytes)}`));
  return named.length > 0 && h("p", { class: "callees" }, "Inlined into it, in bytes: ", joined(named), ".");
}

function finding({ kind, severity, message, place: at, related, cost, remedy }) {
  const of = { code: "code", frame: "each such future" };
  return h(
    "div",
    { class: `card finding ${severity}` },
    h("h3", {}, h("span", { class: "severity" }, severity), " ", h("span", { class: "kind" }, kind)),
    h("p", {}, code(message)),
    cost && h("p", { class: "cost" }, `${cost["is-estimate"] ? "about " : ""}${plural(cost.bytes, "byte")} of ${of[cost.of]}`),
    snippets([at, ...related].filter(Boolean)),
    h("p", { class: "remedy" }, h("b", {}, "help: "), code(remedy)),
  );
}

/// Text with code between backticks.
const code = (text) => text.split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part));

function stateMachine(artifact, future) {
  if (!future.before) return null;
  const source = body(future);
  const hasAfter = future.with !== null;
  const drawings = h("div", { class: `drawings graph-colours${hasAfter ? " both" : ""}` });
  const frame = (name, after) => {
    const holder = h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": name });
    return { after, holder, figure: h("figure", {}, h("figcaption", {}, name), holder) };
  };
  const frames = [frame("as rustc made it", false), ...(hasAfter ? [frame("with the plugin", true)] : [])];
  drawings.append(...frames.map(({ figure }) => figure));
  let drawn = 0;
  const draw = () => {
    const columns = Math.max(1, Math.floor((frames[0].holder.clientWidth - 16 + GAP.x) / (BOX.w + GAP.x)));
    if (columns === drawn) return;
    drawn = columns;
    for (const { holder, after } of frames) {
      holder.replaceChildren(graph(artifact, future, after, columns));
      holder.scrollLeft = (holder.scrollWidth - holder.clientWidth) / 2;
    }
  };
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(drawings);
  const section = h(
    "section",
    {},
    h("h2", {}, "State machine"),
    legend(),
    h("div", { class: `beside${source ? "" : " alone"}` }, source && h("div", { class: "source card" }, h("h3", {}, breakable(future.location.file)), source), drawings),
  );
  linked(section);
  return section;
}

/// Shows together what is of one state: its boxes, and its line.
function linked(section) {
  const show = (event) => {
    const state = event.target.closest("[data-state]")?.dataset.state;
    for (const element of section.querySelectorAll(".active")) element.classList.remove("active");
    if (state === undefined) return;
    for (const element of section.querySelectorAll(`[data-state="${state}"]`)) {
      element.classList.add("active");
      element.closest("li")?.classList.add("active");
    }
  };
  section.addEventListener("pointerover", show);
  section.addEventListener("focusin", show);
  section.addEventListener("click", (event) => {
    const chip = event.target.closest("a.chip, .node");
    if (!chip) return;
    event.preventDefault();
    const from = chip.matches("a") ? ".node" : "a.chip";
    const to = section.querySelector(`${from}[data-state="${chip.dataset.state}"]`);
    to?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

function sites(artifact, future) {
  const states = future.before?.states.filter((state) => state.role !== "poisoned") ?? [];
  if (states.length === 0) return null;
  const hasAfter = future.with !== null;
  const names = { unresumed: "not polled yet", returned: "returned" };
  const row = (state) => {
    const site = siteOf(future, state.state);
    const child = artifact.bySymbol.get(site?.symbol);
    const location = placeOf(future, state.state);
    const held = heldIn(future, state.state);
    const bytes = held?.slots.reduce((sum, slot) => sum + slot.bytes, 0);
    const isSuspended = state.role === "suspended";
    const name = awaited(artifact, site);
    return h(
      "tr",
      { "data-state": state.state },
      h("th", { scope: "row" }, String(state.state)),
      h("td", { class: "name" }, !isSuspended ? names[state.role] : child ? h("a", { href: child.address }, breakable(name)) : breakable(name), location && h("small", {}, breakable(place(location))), hasAfter && isSuspended && h("small", { class: "narrow" }, fate(future, state.state).text)),
      h("td", { class: "number wide" }, held ? number(bytes) : ""),
      h("td", {}, state["leads-to"].join(", ")),
      hasAfter && h("td", { class: "wide fate" }, isSuspended ? fate(future, state.state).text : ""),
    );
  };
  return h(
    "section",
    {},
    h("h2", {}, "States"),
    h("table", { class: "states" }, h("thead", {}, h("tr", {}, ["state", "awaits", h("span", { title: "bytes of variables that live there" }, "holds"), "leads to", hasAfter && "with the plugin"].filter(Boolean).map((name, index) => h("th", { scope: "col", class: index === 2 ? "number wide" : index === 4 ? "wide" : null }, name)))), h("tbody", {}, states.map(row))),
  );
}

/// What is where in the frame, and when: a row for each state, bytes from left to right.
function memory(future) {
  const frame = future.frame;
  if (!frame || frame.bytes === 0) return null;
  const rows = [{ name: "start", slots: frame.captured }, ...frame.suspended.map((suspended) => ({ name: String(suspended.state), slots: suspended.slots }))];
  const part = (bytes) => `${(bytes / frame.bytes) * 100}%`;
  const block = (slot) => {
    const what = `${slot.name === "__awaitee" ? "the awaited future" : slot.name}${slot.type ? `: ${slot.type}` : ""}, ${plural(slot.bytes, "byte")} at ${slot.offset}`;
    const kind = slot.name === "__awaitee" ? "awaitee" : slot.bytes >= 128 ? "large" : "";
    return h("span", { class: `slot ${kind}`, title: what, style: { left: part(slot.offset), width: part(slot.bytes) } }, slot.bytes / frame.bytes > 0.08 && h("span", {}, slot.name === "__awaitee" ? "awaited future" : slot.name));
  };
  const large = [...new Map(rows.flatMap((row) => row.slots).map((slot) => [`${slot.name} ${slot.offset}`, slot])).values()].sort((a, b) => b.bytes - a.bytes).slice(0, 8);
  return h(
    "section",
    {},
    h("h2", {}, "Memory"),
    h("p", { class: "count" }, `${plural(frame.bytes, "byte")}: what lives in each state, from the first byte at the left to the last at the right.`),
    h("div", { class: "memory", "aria-hidden": "true" }, rows.map(({ name, slots }) => h("div", { class: "memory-row" }, h("b", {}, name), h("div", {}, slots.filter((slot) => slot.bytes > 0).map(block))))),
    h("table", { class: "slots" }, h("caption", {}, "The largest values"), h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "number" }, "bytes"), h("th", { scope: "col", class: "number" }, "at"), h("th", { scope: "col" }, "value"))), h("tbody", {}, large.map((slot) => h("tr", {}, h("td", { class: "number" }, number(slot.bytes)), h("td", { class: "number" }, number(slot.offset)), h("td", { class: "name" }, h("code", {}, slot.name === "__awaitee" ? "the awaited future" : slot.name), slot.type && h("small", {}, breakable(slot.type))))))),
  );
}

function done(future) {
  if (future.records.length === 0) return null;
  return h(
    "section",
    {},
    h("h2", {}, "What the plugin did, and what it left"),
    h("ul", { class: "records" }, future.records.map((record) => h("li", { class: record.done ? "done" : "left" }, h("span", { class: "kind" }, record.transformation), record.state === null ? "" : h("b", {}, `state ${record.state} `), h("span", {}, breakable(record.text)), h("small", {}, record.done ? " done" : " left")))),
  );
}

function relatives(artifact, future) {
  const children = [...new Set((future.before?.["await-sites"] ?? []).map((site) => artifact.bySymbol.get(site.symbol)).filter(Boolean))];
  const group = (name, futures) => futures.length > 0 && h("div", {}, h("h3", {}, name), h("ul", { class: "plain" }, futures.map((other) => h("li", {}, h("a", { href: other.address }, breakable(other.title)), h("small", {}, ` ${plural(other.bytes, "byte")}`)))));
  if (future.parents.length + children.length === 0) return null;
  return h("section", { class: "relatives" }, group("Awaited by", future.parents), group("Awaits", children));
}
