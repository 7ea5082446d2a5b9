// Source lines, with colours and with marks at awaits and findings.

const RUST = new RegExp(
  [
    /(?<comment>\/\/.*|\/\*.*?\*\/)/,
    /(?<string>b?"(?:\\.|[^"\\])*"|b?'(?:\\.|[^'\\])')/,
    /(?<await>\bawait\b)/,
    /(?<keyword>\b(?:as|async|break|const|continue|crate|dyn|else|enum|false|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub|ref|return|self|Self|static|struct|super|trait|true|type|unsafe|use|where|while)\b)/,
    /(?<number>\b\d[\w.]*\b)/,
    /(?<type>\b[A-Z]\w*\b)/,
    /(?<macro>\b\w+!)/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

function coloured(line) {
  const parts = [];
  let at = 0;
  for (const match of line.matchAll(RUST)) {
    if (match.index > at) parts.push(line.slice(at, match.index));
    const [kind] = Object.entries(match.groups).find(([, text]) => text !== undefined);
    parts.push(h("span", { class: `t-${kind}` }, match[0]));
    at = match.index + match[0].length;
  }
  parts.push(line.slice(at));
  return parts;
}

/// The part of a file that holds a line.
const partWith = (file, line) =>
  sources[file]?.find((part) => part.first <= line && line < part.first + part.lines.length);

/// Lines `first` to `last` of a file as far as the page has them; `notes` are elements by line.
function lines(file, first, last, notes) {
  const part = partWith(file, first);
  if (!part) return null;
  const shown = part.lines.slice(first - part.first, last - part.first + 1);
  const indent = Math.min(...shown.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length));
  const isChip = (note) => note.matches(".chip");
  const hasChips = [...notes.values()].flat().some(isChip);
  return h(
    "div",
    { class: "code", role: "region", tabindex: "0", "aria-label": `${file}, line ${first} and on` },
    h(
      "ol",
      { start: first, style: { "--digits": String(String(first + shown.length).length) } },
      shown.map((line, index) => {
        const own = notes.get(first + index) ?? [];
        const text = line.slice(Number.isFinite(indent) ? indent : 0);
        return h(
          "li",
          { "data-line": first + index, class: own.length > 0 ? "marked" : null },
          h("span", { class: "line-number", "aria-hidden": "true" }, String(first + index)),
          hasChips && h("span", { class: "chips" }, own.filter(isChip)),
          h("code", {}, text ? coloured(text) : "\u{200b}"),
          own.filter((note) => !isChip(note)),
        );
      }),
    ),
  );
}

/// The body of a future, with the states at their awaits.
function body(future) {
  const start = future.location;
  const part = start && partWith(start.file, start.line);
  if (!part) return null;
  const { first, last } = extent(part, start.line, lastAwait(future, start.file));
  const notes = new Map();
  for (const { state, role } of future.before?.states ?? []) {
    const location = role === "suspended" ? placeOf(future, state) : undefined;
    if (location?.file !== start.file) continue;
    const chip = h("a", { class: "chip", href: `#state-${state}`, "data-state": state, title: `state ${state} waits here` }, String(state));
    notes.set(location.line, [...(notes.get(location.line) ?? []), chip]);
  }
  return lines(start.file, first, last, notes);
}

const lastAwait = (future, file) =>
  Math.max(
    future.location.line,
    ...(future.before?.["await-sites"] ?? []).map((site) => (site.location?.file === file ? site.location.line : 0)),
  );

/// From the first line of the item to the bracket that closes it, as rustfmt indents.
function extent(part, start, lastAwait) {
  const line = (number) => part.lines[number - part.first] ?? "";
  const indent = (number) => line(number).length - line(number).trimStart().length;
  const end = part.first + part.lines.length - 1;
  let first = start;
  const isInside = (number) => indent(number) > indent(start) || !line(number).trim() || /^\s*(\)|where\b|\{)/.test(line(number));
  while (first > part.first && isInside(first)) first--;
  let last = start;
  const closes = (number) => number > start && line(number).trim() && indent(number) <= indent(start);
  if (!/\}\s*[,;)]*\s*$/.test(line(start)) || lastAwait > start) while (last < end && !closes(last)) last++;
  return { first, last: Math.max(last, Math.min(lastAwait, end)) };
}

/// The lines around places, and what is to be seen there; places near one another are shown together.
function snippets(labels) {
  const groups = [];
  for (const label of labels.toSorted((a, b) => a.location.line - b.location.line)) {
    const { file, line } = label.location;
    const near = groups.find((group) => group.file === file && line - group.last <= NEAR);
    if (near) [near.last, near.labels] = [line, [...near.labels, label]];
    else groups.push({ file, first: line, last: line, labels: [label] });
  }
  // The place of the finding itself comes first.
  groups.sort((a, b) => b.labels.includes(labels[0]) - a.labels.includes(labels[0]));
  return groups.map(({ file, first, last, labels }) => {
    const part = partWith(file, first);
    if (!part) return null;
    const notes = new Map();
    for (const { location, text } of labels) {
      notes.set(location.line, [...(notes.get(location.line) ?? []), h("span", { class: "remark" }, code(text))]);
    }
    const end = part.first + part.lines.length - 1;
    const shown = lines(file, Math.max(first - 1, part.first), Math.min(last + 1, end), notes);
    return h("figure", {}, h("figcaption", {}, place(labels[0].location)), shown);
  });
}

/// Lines between places that are shown together.
const NEAR = 4;
