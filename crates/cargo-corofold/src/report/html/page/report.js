// What the page knows: the report, and what is worked out from it for all views.

const { report, why, sources } = await unpacked(document.getElementById("data").textContent);

/// JSON that was compressed and then written as Base64.
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

const total = (code) => (code ? code["poll"] + code["drop-glue"] : null);

/// Adds to an artifact what the views look up.
function prepared(artifact, at) {
  artifact.why = why[at];
  artifact.address = at > 0 ? `artifact=${at}&` : "";
  const bySymbol = new Map();
  artifact.futures.forEach((future, index) => {
    future.address = `#${artifact.address}future=${index}`;
    future.index = index;
    future.bytes = total(future.code);
    future.with = total(future["code-with-plugin"]);
    future.saves = future.with === null ? null : future.bytes - future.with;
    future.findings = [];
    future.parents = [];
    bySymbol.set(future.symbol, future);
  });
  for (const finding of artifact.findings) bySymbol.get(finding.symbol)?.findings.push(finding);
  for (const future of artifact.futures) {
    for (const site of future.before?.["await-sites"] ?? []) {
      const child = bySymbol.get(site.symbol);
      if (child && !child.parents.includes(future)) child.parents.push(future);
    }
    future.search = `${future.title} ${place(future.location)} ${future.crate}`.toLowerCase();
  }
  artifact.bySymbol = bySymbol;
  artifact.crates = crates(artifact.futures);
  return artifact;
}

/// Crates by code, each with its colour.
function crates(futures) {
  const bytes = new Map();
  for (const future of futures) bytes.set(future.crate, (bytes.get(future.crate) ?? 0) + future.bytes);
  const sorted = [...bytes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return new Map(sorted.map(([name, bytes], index) => [name, { name, bytes, hue: index < 8 ? index : "other" }]));
}

const place = (location) =>
  location ? `${location.file}:${location.line}${location.column ? `:${location.column}` : ""}` : "";

const siteOf = (future, state) => future.before?.["await-sites"].find((site) => site.state === state);
const heldIn = (future, state) => future.frame?.suspended.find((suspended) => suspended.state === state);
const placeOf = (future, state) => siteOf(future, state)?.location ?? heldIn(future, state)?.location;

/// The name of what a state awaits, as short as it can be told.
function awaited(artifact, site) {
  if (!site) return "";
  const child = artifact.bySymbol.get(site.symbol);
  if (child) return child.title;
  const name = (site.awaits ?? "dyn Future").replace(/^<(.*) as core::future::future::Future>::poll$/, "$1");
  // Without modules, and without the body's own name.
  return name.replace(/\b(?:[a-z_]\w*::)+(?=[A-Z])/g, "").replace(/::\{closure#0\}/g, "");
}

/// The last part of a path, with its type: `Bus::read`.
function tail(path) {
  const plain = path.replace(/^(async (?:block|closure)) in /, "");
  let depth = 0;
  let text = "";
  for (const c of plain) {
    if (c === "<") depth++;
    if (depth === 0) text += c;
    if (c === ">") depth--;
  }
  const segments = text.split("::").filter((segment) => segment.trim());
  const name = `${path === plain ? "" : "async in "}${segments.at(-1) ?? plain}`;
  // `<Framed<Uart>>::put` and `<Framed<Uart> as Link>::put` are `Framed::put`; modules say little.
  const owner = plain.startsWith("<") ? plain.match(/^<[&*]*(?:mut |const )?(?:[\w]+::)*(\w+)/)?.[1] : segments.at(-2);
  return owner && segments.length > 0 && /^[A-Z]/.test(owner) ? `${owner}::${name}` : name;
}

/// What became of a state with the plugin.
///
/// Told from what the plugin says that it did, since a future that became part of another is no
/// machine of its own any more. Where it still is one, that machine has the last word.
function fate(future, state) {
  const done = future.records.filter((record) => record.done && record.state === state);
  const has = (remark) => done.find((record) => record.remark === remark);
  const left = future.after?.states.find((other) => other.state === state);
  if (has("StatePruned")) return { kind: "removed", text: "removed: no path suspends here" };
  const folded = has("StateFolded")?.["other-state"] ?? left?.["folded-into"];
  if (folded !== undefined && folded !== null) return { kind: "folded", into: folded, text: `folded into state ${folded}` };
  if (has("NeverSuspends")) return { kind: "called", text: "a plain call: it is always ready" };
  if (future.after && !left) return { kind: "removed", text: "removed" };
  if (has("ChildFlattened")) return { kind: "flattened", text: "the child became part of this future" };
  return { kind: "kept", text: "kept" };
}

/// Who awaits this future and has it as a part of itself with the plugin.
const takenInBy = (future) =>
  future.parents.filter((parent) =>
    parent.before["await-sites"].some(
      (site) => site.symbol === future.symbol && ["flattened", "called"].includes(fate(parent, site.state).kind),
    ),
  );
