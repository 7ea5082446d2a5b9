// Views by address: `#` is the list, `#future=3` a future, `artifact=1` another linked file, `theme=dark` a theme.

const artifacts = report.artifacts.map(prepared);
const main = document.getElementById("main");
let shown = {};

function address() {
  const words = new URLSearchParams(location.hash.slice(1));
  return { artifact: Number(words.get("artifact") ?? 0), future: words.get("future"), theme: words.get("theme") };
}

function show() {
  const { artifact: at, future: index, theme } = address();
  if (theme) setTheme(theme);
  const artifact = artifacts[at] ?? artifacts[0];
  const future = index === null ? undefined : artifact.futures[Number(index)];
  const isNew = shown.artifact !== artifact || shown.future !== future;
  if (!isNew) return;
  const from = shown.future;
  if (shown.artifact && !from) shown.scroll = scrollY;
  shown = { artifact, future, scroll: shown.scroll };
  document.title = `${future ? `${future.title} · ` : ""}${artifact.name} · corofold`;
  // The list keeps what was searched for and sorted.
  artifact.view ??= list(artifact).filter(Boolean);
  main.replaceChildren(...(future ? [detail(artifact, future)] : artifact.view));
  if (future) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  } else if (from) {
    scrollTo(0, shown.scroll ?? 0);
    main.querySelector(`td a[href="${from.address}"]`)?.focus({ preventScroll: true });
  }
}

const THEMES = ["auto", "light", "dark"];

function setTheme(theme) {
  const chosen = THEMES.includes(theme) ? theme : "auto";
  document.documentElement.dataset.theme = chosen;
  document.getElementById("theme").textContent = { auto: "◐ auto", light: "○ light", dark: "● dark" }[chosen];
  document.getElementById("theme").setAttribute("aria-label", `Theme: ${chosen}`);
}

/// Storage is not there for all files and not in all browsers.
function stored(theme) {
  try {
    if (theme) localStorage.setItem("corofold-theme", theme);
    return localStorage.getItem("corofold-theme");
  } catch {
    return null;
  }
}

document.getElementById("theme").addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  stored(next);
  setTheme(next);
});
if (artifacts.length > 1) {
  const option = (artifact, index) => h("option", { value: index, selected: index === address().artifact }, artifact.name);
  const choose = ({ target }) => (location.hash = `#artifact=${target.value}`);
  document.getElementById("artifacts").append(h("select", { "aria-label": "Artifact", onchange: choose }, artifacts.map(option)));
}
setTheme(stored());
document.body.append(arrows());
addEventListener("hashchange", show);
addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, select, textarea");
  if (event.key === "/" && !isTyping && document.getElementById("search")) {
    event.preventDefault();
    document.getElementById("search").focus();
  } else if (event.key === "Escape" && shown.future) location.hash = `#${shown.artifact.address}`;
});
show();
