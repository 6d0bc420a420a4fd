// The network picture: blocks in order, and a boundary that moves under the finger.
// Everything while dragging happens here; the number of frozen layer groups is sent once, on release.
// Beneath each block up to three glimpses of a person's own samples; pointed at or focused, one shows its whole sample.

const FLAKE = '<svg class="flake" viewBox="0 0 24 24" aria-hidden="true"><path d="M11 1h2v4.6l2.3-2.3 1.4 1.4L13 8.4v1.9l1.6-.9 1.4-5 1.9.5-.8 3.1 4-2.3 1 1.7-4 2.3 3.1.9-.5 1.9-5-1.4L14 12l1.7 1 5-1.4.5 1.9-3.1.9 4 2.3-1 1.7-4-2.3.8 3.1-1.9.5-1.4-5-1.6-.9v1.9l3.7 3.7-1.4 1.4-2.3-2.3V23h-2v-4.6l-2.3 2.3-1.4-1.4 3.7-3.7v-1.9l-1.6.9-1.4 5-1.9-.5.8-3.1-4 2.3-1-1.7 4-2.3-3.1-.9.5-1.9 5 1.4L10 12l-1.7-1-5 1.4-.5-1.9 3.1-.9-4-2.3 1-1.7 4 2.3-.8-3.1L8 4.3l1.4 5 1.6.9V8.4L7.3 4.7l1.4-1.4L11 5.6z"/></svg>';
const FLAME = '<svg class="flame" viewBox="0 0 24 24" aria-hidden="true"><path d="M13 1c.6 4-1.3 5.7-3.2 7.8C8 10.7 6 12.6 6 16a6.5 6.5 0 0 0 13 0c0-3.2-1.6-5.6-2.9-7.2-.3 1.8-1 3-2.3 3.8C14.6 8.5 15.3 4 13 1zm-.3 13.5c1.3 1.2 2.3 2.3 2.3 3.9a2.7 2.7 0 0 1-5.4 0c0-1.7 1.3-2.5 3.1-3.9z"/></svg>';
const GRIP = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 5 1 12l7 7v-5h8v5l7-7-7-7v5H8z"/></svg>';
const GRIP_TALL = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 8l7-7 7 7h-5v8h5l-7 7-7-7h5V8z"/></svg>';

const SHOWN = 3;  // glimpses beneath a block
const WHOLE = 210;  // px that a whole sample and its caption take at most
const ROOMY = 520;  // px of a turned picture that hold three glimpses a block; one below that
const NARROWEST = 84;  // px a block needs to hold its name; below that the picture turns
const pictures = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  let picture = pictures.get(parentElement);
  if (!picture) {
    picture = make(parentElement);
    pictures.set(parentElement, picture);
  }
  picture.send = (frozen) => setStateValue("frozen", frozen);
  picture.show(data);
  return () => { picture.end(); pictures.delete(parentElement); };
}

function element(tag, name, parent, html) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (html) made.innerHTML = html;  // our own drawings only; people's words go through textContent
  parent.append(made);
  return made;
}

function make(parent) {
  const root = element("div", "net", parent);
  const sides = element("div", "sides", root);
  const stays = element("div", "side stays", sides, FLAKE + "<span></span>");
  const learns = element("div", "side learns", sides, FLAME + "<span></span>");
  const field = element("div", "field", root);
  const lane = element("div", "lane", field);
  const blocks = element("ol", "blocks", lane);
  const rail = element("div", "rail", field);
  const track = element("div", "track", rail, "<i></i>");
  const line = element("div", "line", field);
  const knob = element("div", "knob", rail);
  const below = element("div", "side learns below", root, FLAME + "<span></span>");
  const sum = element("div", "sum", root);
  const share = element("span", "share", sum);
  const numbers = element("span", "numbers", sum);
  const takes = element("span", "takes", sum);
  const scale = element("div", "scale", root, "<b></b><i></i>");
  const tells = element("p", "tells", root);
  const whole = element("div", "whole", root);
  const warning = element("p", "warning", root);
  knob.setAttribute("role", "slider");
  scale.setAttribute("aria-hidden", "true");

  let data = null, signature = "", glimpsed = "", at = 0, frozen = 0, held = false, tall = false, sent = null, waiting = 0;
  const count = () => data.stages.length;

  // --- geometry: the boundary at position p lies in the gap before block p -------------------------------------
  function measure() {
    const box = blocks.getBoundingClientRect();
    const gap = tall ? 6 : 10;
    const size = ((tall ? box.height : box.width) - gap * count()) / (count() + 1);
    return { box, gap, size, step: size + gap };
  }

  function place(p) {
    at = p;
    const { gap, size, step, box } = measure();
    const pixel = p * step - gap / 2;
    field.style.setProperty("--at", pixel + "px");
    [...blocks.children].forEach((block, index) => {
      const cold = index >= count() ? (data.head.learns ? 0 : 1) : Math.min(1, Math.max(0, (pixel - index * step) / size));
      block.style.setProperty("--cut", cold * 100 + "%");
      block.style.setProperty("--cold", cold > 0.5 ? 1 : 0);
    });
    if (!tall) placeSides(pixel, box.width);
    const nearest = Math.round(p);
    if (nearest !== frozen || !share.firstChild) tell(nearest);
  }

  function placeSides(pixel, width) {
    stays.hidden = pixel < 24;
    stays.lastChild.textContent = pixel < 150 ? "" : data.words.stays;
    stays.style.right = width - pixel + 8 + "px";
    learns.lastChild.textContent = width - pixel < 170 ? data.words.learns_short : data.words.learns;
    learns.style.left = pixel + 8 + "px";
  }

  function tell(k) {
    frozen = k;
    const says = data.at[k];
    share.replaceChildren(says.share + " ", Object.assign(document.createElement("small"), { textContent: data.words.of_model }));
    numbers.textContent = says.numbers;
    tells.textContent = says.tells;
    takes.textContent = says.takes;
    warning.textContent = says.warning;
    warning.hidden = !says.warning;
    scale.style.setProperty("--cold-share", says.cold * 100 + "%");
    scale.firstChild.hidden = says.cold === 0;
    below.hidden = false;
    if (tall) stays.hidden = k === 0;
    knob.setAttribute("aria-valuenow", k);
    knob.setAttribute("aria-valuetext", says.spoken);
  }

  // --- drawing --------------------------------------------------------------------------------------------------
  function mark() {  // places that will not fit, seen before they are chosen
    track.querySelectorAll(".tick").forEach((tick, k) => tick.classList.toggle("tight", Boolean(data.at[k].warning)));
  }

  function build() {
    blocks.replaceChildren();
    const all = [...data.stages, data.head];
    const logs = all.map((stage) => Math.log10(Math.max(stage.parameters, 100)));
    const low = Math.min(...logs), span = Math.max(0.5, Math.max(...logs) - low);
    all.forEach((stage, index) => {
      const item = element("li", "stage" + (index === count() ? " head" : ""), blocks);
      const part = (logs[index] - low) / span;
      item.style.setProperty("--tall", Math.round(58 + part * 96) + "px");
      item.style.setProperty("--wide", Math.round(70 + part * 30) + "%");
      item.title = stage.name || "";
      const block = element("div", "block", element("div", "cell", item));
      element("div", "ice", block);
      element("div", "thaw", block);
      element("div", "mark", block, FLAKE + FLAME);
      const inside = element("div", "inside", block);
      element("span", "title", inside).textContent = stage.title;
      element("span", "count", inside).textContent = stage.count;
      element("div", "glimpses", item);
      element("div", "about", item).textContent = stage.about;
    });
    glimpsed = "";
    track.querySelectorAll(".tick").forEach((tick) => tick.remove());
    for (let k = 0; k <= count(); k++) element("span", "tick", track);
  }

  function glimpse() {  // room for them in every row, so that nothing moves when they come
    const signed = JSON.stringify(data.glimpses);
    if (signed === glimpsed) return;
    glimpsed = signed;
    conceal();
    root.classList.toggle("glimpsed", Boolean(data.glimpses));
    [...blocks.children].forEach((item, index) => {
      const row = item.querySelector(".glimpses");
      row.replaceChildren();
      const here = data.glimpses?.[index] ?? [];
      for (let k = 0; k < SHOWN; k++) if (here[k]) peep(row, here[k]); else element("span", "glimpse", row);
    });
    rove(peeps()[0]);
  }

  function peep(row, one) {
    const button = element("button", "glimpse", row);
    button.type = "button";
    const picture = element("img", "", button);
    picture.src = one.patch;
    picture.alt = one.alt;
    picture.draggable = false;
    const show = () => reveal(button, one);
    button.addEventListener("pointerenter", show);
    button.addEventListener("pointerleave", conceal);
    button.addEventListener("focus", () => { rove(button); show(); });
    button.addEventListener("blur", conceal);
    button.addEventListener("click", show);
    button.addEventListener("keydown", (event) => stroll(event, button));
  }

  const peeps = () => [...blocks.querySelectorAll("button.glimpse")].filter((one) => one.offsetParent);

  function rove(to) {  // one stop for the tab key, arrows from there
    for (const one of blocks.querySelectorAll("button.glimpse")) one.tabIndex = one === to ? 0 : -1;
  }

  function stroll(event, button) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") conceal();
    if (!step) return;
    event.preventDefault();
    const all = peeps();
    all[all.indexOf(button) + step]?.focus();
  }

  function reveal(button, one) {
    if (held) return;
    whole.replaceChildren();
    const sheet = element("div", "sheet", whole);
    const picture = element("img", "", sheet);
    picture.src = one.whole;
    picture.alt = "";
    const frame = element("i", "", sheet);
    const { left, top, right, bottom } = one.box;
    Object.assign(frame.style, {
      left: left * 100 + "%", top: top * 100 + "%", width: (right - left) * 100 + "%", height: (bottom - top) * 100 + "%",
    });
    element("span", "", whole).textContent = one.caption;
    const outer = root.getBoundingClientRect(), box = button.getBoundingClientRect();
    const above = box.top - outer.top > WHOLE;
    whole.style.top = above ? "" : box.bottom - outer.top + 6 + "px";
    whole.style.bottom = above ? outer.bottom - box.top + 6 + "px" : "";
    const middle = box.left + box.width / 2 - outer.left, half = WHOLE / 2;
    whole.style.left = Math.max(half, Math.min(outer.width - half, middle)) + "px";
    whole.classList.add("open");
  }

  function conceal() { whole.classList.remove("open"); }

  function turn() {
    const width = root.clientWidth;
    if (!width || !data) return;
    tall = width / (count() + 1) < NARROWEST;
    root.classList.toggle("roomy", width >= ROOMY);
    root.classList.toggle("tall", tall);
    knob.innerHTML = tall ? GRIP_TALL : GRIP;
    knob.setAttribute("aria-orientation", tall ? "vertical" : "horizontal");
    const { gap, step } = measure();
    track.querySelectorAll(".tick").forEach((tick, k) => {
      tick.style.left = tall ? "" : k * step - gap / 2 + "px";
      tick.style.top = tall ? k * step - gap / 2 + "px" : "";
    });
    if (tall) { stays.lastChild.textContent = data.words.stays; stays.style.right = ""; stays.hidden = frozen === 0; }
    place(at);
  }

  function show(fresh) {
    data = fresh;
    const signed = JSON.stringify([data.stages, data.head]);
    root.classList.toggle("still", data.still);
    root.classList.toggle("blank", data.blank);
    root.classList.toggle("solid", !data.head.learns);
    if (signed !== signature) { signature = signed; build(); }
    glimpse();
    mark();
    learns.lastChild.textContent = below.lastChild.textContent = data.words.learns;
    blocks.setAttribute("aria-label", data.words.picture);
    knob.setAttribute("aria-label", data.words.slider);
    knob.setAttribute("aria-valuemin", 0);
    knob.setAttribute("aria-valuemax", count());
    knob.tabIndex = data.still ? -1 : 0;
    if (held || waiting) { tell(frozen); return; }  // the finger knows better than an answer on its way
    at = Math.min(data.frozen, count());
    sent = at;
    frozen = -1;
    turn();
  }

  // --- the finger and the keys ----------------------------------------------------------------------------------
  function under(event) {
    const { box, gap, step } = measure();
    const pixel = tall ? event.clientY - box.top : event.clientX - box.left;
    return Math.min(count(), Math.max(0, (pixel + gap / 2) / step));
  }

  function settle() {
    clearTimeout(waiting);
    waiting = 0;
    const k = Math.round(at);
    place(k);
    if (k !== sent) { sent = k; picture.send(k); }
  }

  function grab(event) {
    if (data.still || event.button > 0 || event.target.closest(".glimpses")) return;
    if (tall && event.pointerType === "touch" && !knob.contains(event.target)) return;  // leave the page its scroll
    held = true;
    root.classList.add("held");
    field.setPointerCapture(event.pointerId);
    knob.focus({ preventScroll: true });
    place(under(event));
    event.preventDefault();
  }

  function drag(event) { if (held) place(under(event)); }

  function release() {
    if (!held) return;
    held = false;
    root.classList.remove("held");
    settle();
  }

  function press(event) {
    if (data.still) return;
    const at_ = Math.round(at);
    const next = {
      ArrowLeft: at_ - 1, ArrowRight: at_ + 1,
      ArrowUp: at_ + (tall ? -1 : 1), ArrowDown: at_ + (tall ? 1 : -1),  // turned: down moves the line down
      PageDown: at_ - 2, PageUp: at_ + 2, Home: 0, End: count(),
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    place(Math.min(count(), Math.max(0, next)));
    clearTimeout(waiting);
    waiting = setTimeout(settle, 450);  // a few key presses, one message
  }

  field.addEventListener("pointerdown", grab);
  field.addEventListener("pointermove", drag);
  field.addEventListener("pointerup", release);
  field.addEventListener("pointercancel", release);
  knob.addEventListener("keydown", press);
  knob.addEventListener("blur", () => { if (waiting) settle(); });
  const watch = new ResizeObserver(turn);
  watch.observe(root);

  const picture = {
    show,
    send: () => {},
    end() { watch.disconnect(); clearTimeout(waiting); root.remove(); },
  };
  return picture;
}
