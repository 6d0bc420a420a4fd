// What had the focus may be drawn anew, or go, while a page changes: then a keyboard or a screen reader would begin at
// the top again. It goes on with the same control, else with the one that now stands there; on another page, or where
// the page asks something else, with its question.

const GRACE = 120; // milliseconds until what goes has gone and what comes is there
const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";
let place = null; // of the control that had the focus last
let moving = false; // a key is taking the focus elsewhere: that is no loss
let byKeys = false; // a pointer needs no such help
let late;
let page = location.pathname;

export default function () {
  if (window.thawKeepsFocus) return;
  window.thawKeepsFocus = true;
  addEventListener("keydown", (event) => ((byKeys = true), (moving = event.key === "Tab")), true);
  addEventListener("keyup", () => (moving = false), true);
  addEventListener("pointerdown", () => ((byKeys = false), (place = null)), true);
  addEventListener("focusin", note, true);
  addEventListener("focusout", (event) => moving && !event.relatedTarget && (place = null), true);
  new MutationObserver(look).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["disabled"],
  });
  addEventListener("click", hold, true);
  addEventListener("scroll", loosen, true);
}

const question = () => document.querySelector("[data-testid=stMain] h1");
const asked = () => location.pathname + (question()?.textContent ?? "");
const working = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "running";
const lost = () => place && byKeys && document.hasFocus() && document.activeElement === document.body;
const keyOf = (one) => one.closest("[class*=st-key-]")?.className.match(/st-key-[\w-]+/)?.[0];
const nameOf = (one) => one.getAttribute("aria-label") ?? one.textContent;
const reached = () =>
  [...(document.querySelector("[role=dialog]") ?? document).querySelectorAll(CONTROLS)].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility(),
  );

function note({ target }) {
  if (target === question()) return (place = { asked: asked(), before: [] });
  const all = reached();
  place = { one: target, key: keyOf(target), tag: target.tagName, name: nameOf(target), asked: asked() };
  place.before = all.slice(0, Math.max(0, all.indexOf(target))).reverse(); // the nearest first
}

function look() {
  if (page !== location.pathname) turn();
  if (!lost()) return;
  clearTimeout(late);
  late = setTimeout(find, GRACE);
}

function find() {
  if (!lost()) return;
  if (working()) return look();
  const there = place.asked === asked() ? (same() ?? next()) : null;
  (there ?? head())?.focus();
}

function same() {
  if (place.one?.isConnected && !place.one.disabled) return place.one;
  return reached().find((one) => one.tagName === place.tag && keyOf(one) === place.key && nameOf(one) === place.name);
}

function next() {
  const all = reached();
  const known = place.before.find((one) => all.includes(one));
  return known && (all[all.indexOf(known) + 1] ?? known);
}

function head() {
  const found = question();
  if (found) found.tabIndex = -1;
  return found;
}

// Another look or another page of samples: what was pressed stays where it is in the window, also where less stands below
// it than before. A page that became shorter than what is in sight would jump.

const LOOKS = "[class*=st-key-choose-], [data-testid^=stPagination]";
const main = () => document.querySelector("[data-testid=stMain]");
const inSight = () => main().scrollTop + main().clientHeight;
const block = () => main()?.querySelector("[data-testid=stMainBlockContainer]");

function hold({ target }) {
  if (!block()?.contains(target)) return;
  const stays = main().scrollTop && target.closest(LOOKS);
  block().style.minHeight = stays ? `${inSight()}px` : "";
}

function loosen({ target }) {
  const held = target === main() && parseFloat(block()?.style.minHeight);
  if (held > inSight()) block().style.minHeight = main().scrollTop ? `${inSight()}px` : "";
}

function turn() { // another page begins at its top
  if (!block()) return;
  page = location.pathname;
  block().style.minHeight = "";
  main().scrollTop = 0;
}
