// A chart takes the browser 20 to 60 milliseconds, and a page may have ten. One whose frame has no width is not drawn by
// Streamlit yet: the stylesheet hides frames until they are marked here, and their places are kept by their heights.

const CHART = ".stPrintGraphic[class*=st-key-]";
const SOON = 200; // milliseconds that what is in the window has for itself
const waiting = new Set();
let asked = false; // the browser was asked for time
let seen;

export default function () {
  if (seen) return;
  seen = new IntersectionObserver((all) => all.filter((one) => one.isIntersecting).forEach((one) => draw(one.target)));
  for (const chart of document.querySelectorAll(CHART)) draw(chart); // those before us
  document.documentElement.dataset.chartsInTurn = "";
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  addEventListener("beforeprint", () => waiting.forEach(draw));
}

function look(changes) {
  for (const { addedNodes } of changes)
    for (const node of addedNodes) {
      if (!(node instanceof Element)) continue;
      if (node.matches(CHART)) meet(node);
      else node.querySelectorAll(CHART).forEach(meet);
    }
}

function meet(chart) {
  if ("drawn" in chart.dataset || waiting.has(chart)) return;
  const { top, bottom } = chart.getBoundingClientRect();
  if (bottom > 0 && top < innerHeight) return draw(chart);
  waiting.add(chart);
  seen.observe(chart);
  ask();
}

function draw(chart) {
  chart.dataset.drawn = "";
  waiting.delete(chart);
  seen.unobserve(chart);
}

function ask() {
  if (asked || !waiting.size) return;
  asked = true;
  setTimeout(() => idle(next), SOON);
}

const idle = (then) => (window.requestIdleCallback ?? setTimeout)(then);
const working = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "running";

function next() {
  asked = false;
  const [chart] = waiting;
  if (!chart) return;
  if (!chart.isConnected) waiting.delete(chart);
  else if (!working()) draw(chart);
  ask();
}
