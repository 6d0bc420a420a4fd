// Right and wrong answers, class against class. A cell is a button: pressing it opens the samples behind it.

const tables = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  let table = tables.get(parentElement);
  if (!table) {
    table = make(parentElement);
    tables.set(parentElement, table);
  }
  table.send = (cell) => setStateValue("cell", cell);
  table.show(data);
  return () => { table.root.remove(); tables.delete(parentElement); };
}

function element(tag, name, parent, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}

function make(parent) {
  const root = element("div", "matrix", parent);
  const table = { root, send: () => {}, show };
  let signature = "", data = null, focus = [0, 0];
  const cell = (i, j) => root.querySelector(`button[data-cell="${i},${j}"]`);

  function build() {
    root.replaceChildren();
    const n = data.classes.length;
    root.classList.toggle("dense", n > 6);
    root.classList.toggle("many", n > 3);
    root.style.setProperty("--height", (n <= 3 ? 92 : n <= 6 ? 60 : 34) + "px");
    root.style.setProperty("--size", n <= 3 ? "1.25rem" : n <= 6 ? "1rem" : "0.8125rem");
    const grid = element("table", "", root);
    const longest = Math.max(...data.rows.map((name) => name.length), n > 3 ? data.words.axes.length : 0);
    root.style.setProperty("--corner", Math.min(18, longest + 2) + "ch");
    grid.setAttribute("aria-label", data.words.label);
    const body = element("tbody", "", grid);
    data.cells.forEach((row, i) => {
      const line = element("tr", "", body);
      const name = element("th", i === 0 ? "corner" : "", line, data.rows[i]);
      name.scope = "row";
      name.title = data.rows[i];
      row.forEach((one, j) => {
        const button = element("button", i === j ? "right" : "", element("td", "", line));
        button.type = "button";
        button.dataset.cell = `${i},${j}`;
        const most = one.share >= 0.5;  // two ranges, so that letters stand out on either
        button.style.setProperty("--heat", Math.round(most ? 88 + 24 * (one.share - 0.5) : 4 + 84 * one.share));
        if (most) button.style.setProperty("--letter", "#fff");
        button.tabIndex = i === focus[0] && j === focus[1] ? 0 : -1;
        button.setAttribute("aria-label", one.spoken);
        button.title = one.spoken;
        button.disabled = one.count === 0;
        element("b", "", button, one.count);
        element("small", "", button, one.text);
        button.addEventListener("click", () => press(i, j));
        button.addEventListener("keydown", (event) => walk(event, i, j));
      });
    });
    const foot = element("tr", "", element("tfoot", "", grid));
    element("td", "corner", foot, n > 3 ? data.words.axes : "");
    data.columns.forEach((name) => {
      const head = element("th", "", foot);
      head.scope = "col";
      head.title = name;
      element("span", "", head, name);
    });
    const first = root.querySelector('button[tabindex="0"]:not(:disabled)') || root.querySelector("button:not(:disabled)");
    if (first) first.tabIndex = 0;
  }

  function press(i, j) {
    const same = data.chosen && data.chosen[0] === i && data.chosen[1] === j;
    data.chosen = same ? null : [i, j];
    mark();
    table.send(data.chosen);
  }

  function walk(event, i, j) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    let next = [i + step[0], j + step[1]];
    while (cell(...next)?.disabled) next = [next[0] + step[0], next[1] + step[1]];
    const target = cell(...next);
    if (!target) return;
    root.querySelectorAll("button").forEach((button) => { button.tabIndex = -1; });
    target.tabIndex = 0;
    focus = next;
    target.focus();
  }

  function mark() {
    root.querySelectorAll("button").forEach((button) => {
      const on = data.chosen && button.dataset.cell === data.chosen.join(",");
      button.setAttribute("aria-pressed", on ? "true" : "false");
    });
  }

  function show(fresh) {
    data = fresh;
    const signed = JSON.stringify([data.cells, data.classes]);
    if (signed !== signature) { signature = signed; build(); }
    mark();
  }

  return table;
}
