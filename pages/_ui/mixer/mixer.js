// The slider between starting model and tuned model: two dots with their doubt move while it is dragged.
// All figures came with the page; the chosen place is sent once, on release.

const FLAKE = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M11 1h2v4.6l2.3-2.3 1.4 1.4L13 8.4v1.9l1.6-.9 1.4-5 1.9.5-.8 3.1 4-2.3 1 1.7-4 2.3 3.1.9-.5 1.9-5-1.4L14 12l1.7 1 5-1.4.5 1.9-3.1.9 4 2.3-1 1.7-4-2.3.8 3.1-1.9.5-1.4-5-1.6-.9v1.9l3.7 3.7-1.4 1.4-2.3-2.3V23h-2v-4.6l-2.3 2.3-1.4-1.4 3.7-3.7v-1.9l-1.6.9-1.4 5-1.9-.5.8-3.1-4 2.3-1-1.7 4-2.3-3.1-.9.5-1.9 5 1.4L10 12l-1.7-1-5 1.4-.5-1.9 3.1-.9-4-2.3 1-1.7 4 2.3-.8-3.1L8 4.3l1.4 5 1.6.9V8.4L7.3 4.7l1.4-1.4L11 5.6z"/></svg>';
const FLAME = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M13 1c.6 4-1.3 5.7-3.2 7.8C8 10.7 6 12.6 6 16a6.5 6.5 0 0 0 13 0c0-3.2-1.6-5.6-2.9-7.2-.3 1.8-1 3-2.3 3.8C14.6 8.5 15.3 4 13 1zm-.3 13.5c1.3 1.2 2.3 2.3 2.3 3.9a2.7 2.7 0 0 1-5.4 0c0-1.7 1.3-2.5 3.1-3.9z"/></svg>';
const pictures = new WeakMap();

const tenths = (value) => value.toLocaleString(document.documentElement.lang || "en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export default function ({ data, parentElement, setStateValue }) {
  let picture = pictures.get(parentElement);
  if (!picture) {
    picture = make(parentElement);
    pictures.set(parentElement, picture);
  }
  picture.send = (at) => setStateValue("at", at);
  picture.show(data);
  return () => { picture.end(); pictures.delete(parentElement); };
}

function element(tag, name, parent, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}

function drawn(tag, name, parent, html) {  // our own drawings only; people's words go through textContent
  const made = element(tag, name, parent);
  made.innerHTML = html;
  return made;
}

function make(parent) {
  const root = element("div", "mixer", parent);
  const chart = element("div", "chart", root);
  const field = element("div", "field", root);
  const title = element("div", "title", field);
  const input = element("input", "", field);
  const ticks = element("div", "ticks", field);
  const ends = element("div", "ends", field);
  const original = drawn("span", "end cold", ends, FLAKE + "<span></span>");
  const tuned = drawn("span", "end warm", ends, FLAME + "<span></span>");
  input.type = "range";
  input.step = 1;
  input.min = 0;

  let data = null, signature = "", rows = [], sent = null, waiting = 0;
  const last = () => data.mixes.length - 1;
  const along = (value) => 100 * (Math.min(1, Math.max(data.low, value)) - data.low) / (1 - data.low);

  function build() {
    chart.replaceChildren();
    ticks.replaceChildren();
    rows = data.rows.map((one, number) => {
      const name = element("div", "name", chart);
      element("b", "", name, one.title);
      element("small", "", name, one.about);
      const value = element("div", "value", chart);
      const lane = element("div", "lane", chart);
      for (const mix of data.mixes) {
        element("i", "trace", lane).style.left = along(mix.figures[number].value) + "%";
      }
      const row = { whisker: element("i", "whisker", lane), dot: element("i", "dot " + (number ? "old" : "new"), lane) };
      row.text = element("b", "", value);
      row.doubt = element("small", "", value);
      return row;
    });
    const axis = element("div", "axis", chart);
    const step = data.low < 0.45 ? 0.2 : 0.1;
    for (let k = Math.ceil(data.low / step - 1e-9); k * step <= 1 + 1e-9; k++) {
      element("span", "", axis, tenths(k * step)).style.left = along(k * step) + "%";
    }
    data.mixes.forEach((mix, number) => {
      const tick = element("span", "tick", ticks, mix.tick);
      tick.style.left = 100 * number / last() + "%";
      tick.classList.toggle("inner", number > 0 && number < last() && number % 2 === 1 && last() > 5);
    });
    input.max = last();
    original.lastChild.textContent = data.words.original;
    tuned.lastChild.textContent = data.words.tuned;
    input.setAttribute("aria-label", data.words.slider);
  }

  function place(at) {
    const mix = data.mixes[at];
    mix.figures.forEach((one, number) => {
      const row = rows[number], sure = one.low !== null && one.high !== null;
      row.dot.style.left = along(one.value) + "%";
      row.whisker.hidden = !sure;
      if (sure) {
        row.whisker.style.left = along(one.low) + "%";
        row.whisker.style.width = along(one.high) - along(one.low) + "%";
      }
      row.text.textContent = one.text;
      row.doubt.textContent = one.doubt;
    });
    title.replaceChildren(mix.title);
    if (at === data.inUse) element("small", "now", title, data.words.in_use);
    input.value = at;
    input.style.setProperty("--part", 100 * at / last() + "%");
    input.setAttribute("aria-valuetext", mix.spoken);
    [...ticks.children].forEach((tick, number) => {
      tick.classList.toggle("at", number === at);
      tick.classList.toggle("used", number === data.inUse);
    });
  }

  function show(fresh) {
    data = fresh;
    const signed = JSON.stringify([data.mixes, data.rows]);
    if (signed !== signature) { signature = signed; build(); }
    if (waiting) return place(Number(input.value));  // the finger knows better than an answer on its way
    sent = data.at;
    place(data.at);
  }

  function settle() {
    clearTimeout(waiting);
    waiting = 0;
    const at = Number(input.value);
    if (at !== sent) { sent = at; picture.send(at); }
  }

  input.addEventListener("input", () => {
    place(Number(input.value));
    clearTimeout(waiting);
    waiting = setTimeout(settle, 400);  // a few steps, one message
  });
  input.addEventListener("pointerup", settle);
  input.addEventListener("blur", () => { if (waiting) settle(); });

  const picture = { show, send: () => {}, end() { clearTimeout(waiting); root.remove(); } };
  return picture;
}
