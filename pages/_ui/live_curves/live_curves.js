// Curves that grow: Plotly.react on a plot that is made once, so that zoom and hover outlive every refresh.

const BLUE = "#2F6FB8", BLUE_DARK = "#5B9BE0", ORANGE = "#E8743B";
const pages = new WeakMap();
let library = null;

function plotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { library = null; reject(new Error("plotly.min.js")); };
    document.head.append(script);
  });
  return library;
}

export default function ({ data, parentElement }) {
  let page = pages.get(parentElement);
  if (!page) {
    page = make(parentElement);
    pages.set(parentElement, page);
  }
  page.show(data);
  return () => { page.end(); pages.delete(parentElement); };
}

function element(tag, name, parent, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

function sign(kind, colour) {  // the same marks as in the plot: never by colour alone
  const dash = { train: "", validation: "", level: 'stroke-dasharray="5 4"', best: 'stroke-width="0"' }[kind];
  const mark = {
    train: `<circle cx="13" cy="5" r="3" fill="${colour}"/>`,
    validation: `<path d="M13 0.5 17.5 5 13 9.5 8.5 5z" fill="${colour}"/>`,
    level: "",
    best: `<circle cx="13" cy="5" r="5" fill="none" stroke="currentColor" stroke-width="2"/>`,
  }[kind];
  return `<svg viewBox="0 0 26 10" aria-hidden="true"><path d="M0 5h26" stroke="${colour}" stroke-width="2" ${dash}/>${mark}</svg>`;
}

function make(parent) {
  const root = element("div", "curves", parent);
  const figures = new Map();
  let data = null, ended = false;

  function figure(panel) {
    if (figures.has(panel.key)) return figures.get(panel.key);
    const box = element("figure", "", root);
    const caption = element("figcaption", "", box);
    element("span", "name", caption, panel.title);
    element("span", "about", caption, panel.about);
    const back = element("button", "back", caption, data.words.whole);
    back.type = "button";
    back.hidden = true;
    const key = element("div", "key", box);
    const plot = element("div", "plot", box);
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", panel.alt);
    const wait = element("div", "wait", plot, panel.x.length ? "" : data.words.empty);
    const made = { box, key, plot, wait, back, drawn: false };
    back.addEventListener("click", () => {
      window.Plotly.relayout(plot, { "xaxis.autorange": false, "xaxis.range": [0.5, made.last + 0.5], "yaxis.autorange": true });
      back.hidden = true;
    });
    figures.set(panel.key, made);
    return made;
  }

  function colours() {
    const probe = getComputedStyle(root);
    const [r, g, b] = (probe.color.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
    const dark = (r + g + b) / 3 > 128;  // light letters: a dark page
    return { text: probe.color, train: dark ? BLUE_DARK : BLUE, validation: ORANGE, ground: probe.getPropertyValue("--st-background-color"), font: probe.fontFamily };
  }

  function draw(Plotly, panel) {
    const made = figure(panel);
    const c = colours();
    made.plot.setAttribute("aria-label", panel.alt);
    made.wait.textContent = data.words.empty;
    made.wait.hidden = panel.x.length > 0;
    made.last = data.last;
    made.key.replaceChildren();
    const entries = [];
    if (panel.train) entries.push(["train", c.train, data.words.train]);
    if (panel.validation) entries.push(["validation", c.validation, data.words.validation]);
    if (panel.level != null) entries.push(["level", c.text, data.words.level]);
    if (panel.best != null) entries.push(["best", "transparent", data.words.best]);
    for (const [kind, colour, text] of entries) {
      const one = element("span", "", made.key);
      one.innerHTML = sign(kind, colour);
      one.append(text);
    }
    const hover = (name) => `${name}: %{y:.2f}<extra></extra>`;
    const few = panel.x.length <= 60;
    const traces = [
      { x: panel.x, y: panel.train ?? [], name: data.words.train, mode: few ? "lines+markers" : "lines", line: { color: c.train, width: 2 }, marker: { size: 6 }, hovertemplate: hover(data.words.train) },
      { x: panel.x, y: panel.validation ?? [], name: data.words.validation, mode: few ? "lines+markers" : "lines", line: { color: c.validation, width: 2 }, marker: { size: 8, symbol: "diamond" }, hovertemplate: hover(data.words.validation) },
    ];
    if (panel.level != null) traces.push({ x: [0.5, data.last + 0.5], y: [panel.level, panel.level], name: data.words.level, mode: "lines", line: { color: c.text, width: 1.5, dash: "dash" }, opacity: 0.7, hovertemplate: hover(data.words.level) });
    if (panel.best != null) traces.push({ x: [panel.best[0]], y: [panel.best[1]], mode: "markers", cliponaxis: false, marker: { size: 15, symbol: "circle-open", color: c.text, line: { width: 2 } }, hoverinfo: "skip" });
    const layout = {
      uirevision: "kept", separators: data.separators, showlegend: false, autosize: true, hovermode: "x unified", dragmode: "zoom",
      margin: { l: 44, r: 12, t: 12, b: 40 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: c.font, size: 13, color: c.text },
      hoverlabel: { bgcolor: c.ground, bordercolor: c.text, font: { color: c.text } },
      xaxis: { unifiedhovertitle: { text: `${data.words.epoch} %{x}` }, title: { text: data.words.epoch, standoff: 6, font: { size: 13 } }, range: [0.5, data.last + 0.5], showgrid: false, zeroline: false, tickformat: "d", nticks: 8, fixedrange: false, dtick: data.last <= 12 ? 1 : undefined },
      yaxis: { zeroline: false, gridcolor: "#888888", nticks: 6, tickformat: panel.format, rangemode: "normal", visible: panel.x.length > 0, minallowed: panel.least, maxallowed: panel.most },
    };
    Plotly.react(made.plot, traces, layout, { displayModeBar: false, responsive: true, doubleClick: "reset" });
    if (!made.drawn) {
      made.drawn = true;
      made.plot.append(made.wait);
      made.plot.on("plotly_relayout", (change) => {
        if ("xaxis.range[0]" in change || "yaxis.range[0]" in change) made.back.hidden = false;
        if ("xaxis.autorange" in change || "xaxis.range" in change) made.back.hidden = true;
      });
    }
  }

  return {
    show(fresh) {
      data = fresh;
      data.panels.forEach(figure);
      plotly(data.plotly).then(
        (Plotly) => { if (!ended) data.panels.forEach((panel) => draw(Plotly, panel)); },
        () => { for (const made of figures.values()) { made.wait.textContent = data.words.missing; made.wait.hidden = false; } },
      );
    },
    end() {
      ended = true;
      for (const made of figures.values()) if (made.drawn) window.Plotly.purge(made.plot);
      root.remove();
    },
  };
}
