// Classes with what the camera recorded of each. Pictures go to the server's disk as they are taken; Python hears of a
// recording once, when all of it has arrived.

const places = new WeakMap();
const CROSS = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8"/></svg>';
const SHOWN = 8; // thumbnails of a recording
const LANES = 2; // pictures on their way at once

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let place = places.get(parentElement);
  if (!place) {
    place = { root: parentElement, part: (name) => parentElement.querySelector(`.${name}`), fresh: new Map(), going: null };
    places.set(parentElement, place);
    place.webcam = new Webcam(parentElement, (on) => ready(place, on));
    place.part("add").onclick = () => place.tell({ do: "add" });
    place.part("hands-free").onchange = () => label(place);
    place.hidden = () => document.hidden && end(place);
    document.addEventListener("visibilitychange", place.hidden);
  }
  place.data = data;
  place.tell = (what) => setTriggerValue("asked", { ...what, number: Date.now() });
  place.webcam.say(data.words);
  if (!place.going) draw(place);
  return () => {
    end(place);
    document.removeEventListener("visibilitychange", place.hidden);
    place.webcam.close();
    for (const one of place.fresh.values()) one.frames.forEach(({ url }) => URL.revokeObjectURL(url));
    places.delete(parentElement);
  };
}

// --- what stands there ------------------------------------------------------------------------------------------------

function draw(place) {
  const { classes, words } = place.data;
  place.part("hands-label").textContent = words.hands_free;
  place.part("add").textContent = words.add;
  const focused = place.root.querySelector(":focus")?.dataset.focus;
  place.part("cards").replaceChildren(...classes.map((one) => card(place, one)));
  label(place);
  if (focused) place.root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

function card(place, { label: name, recordings, known }) {
  const { words, classes } = place.data;
  const root = made("div", "card");
  root.setAttribute("role", "listitem");
  root.dataset.label = name;
  const head = made("div", "head");
  const input = made("input", "name");
  input.value = name;
  input.maxLength = 80;
  input.disabled = known > 0; // its samples are in the data already
  input.setAttribute("aria-label", fill(words.name, { label: name }));
  input.dataset.focus = `name ${name}`;
  input.onchange = () => place.tell({ do: "rename", label: name, to: input.value });
  input.onkeydown = (event) => event.key === "Enter" && input.blur();
  head.append(input, made("span", "count"));
  if (classes.length > 2 && !known) head.append(cross(fill(words.remove_class, { label: name }), () => place.tell({ do: "remove", label: name })));
  root.append(head);
  for (const one of recordings) root.append(strip(place, name, one.name, one.frames.map((frame) => address(place, name, one.name, frame))));
  root.append(holder(place, name));
  const count = recordings.reduce((sum, { frames }) => sum + frames.length, 0);
  say(place, root, count, known);
  return root;
}

function say(place, root, count, known = 0) {
  const text = amount(place, count);
  root.querySelector(".count").textContent = known ? `${text} · ${fill(place.data.words.known, { count: known })}` : text;
}

function amount({ data: { words } }, count) {
  return fill(count === 1 ? words.count_one : words.count, { count });
}

function address(place, name, recording, frame) {
  const fresh = place.fresh.get(recording)?.frames.find((one) => one.name === frame);
  return fresh?.url ?? `${place.data.pictures}?${new URLSearchParams({ label: name, recording, frame })}`;
}

function strip(place, name, recording, pictures) {
  const row = made("div", "recording");
  row.dataset.recording = recording;
  const thumbs = made("div", "thumbs");
  const every = Math.max(1, Math.ceil(pictures.length / SHOWN));
  for (const picture of pictures.filter((_, number) => number % every === 0)) thumbs.append(thumbnail(picture));
  const number = made("span", "number");
  number.textContent = String(pictures.length);
  row.append(thumbs, number, cross(fill(place.data.words.remove, { label: name }), () => place.tell({ do: "remove", label: name, recording })));
  return row;
}

function thumbnail(picture) {
  const image = made("img", "");
  image.alt = "";
  image.src = picture;
  return image;
}

function cross(text, press) {
  const button = made("button", "icon");
  button.type = "button";
  button.innerHTML = CROSS;
  button.setAttribute("aria-label", text);
  button.title = text;
  button.onclick = press;
  return button;
}

function made(kind, name) {
  const element = document.createElement(kind);
  if (name) element.className = name;
  return element;
}

// --- the button -------------------------------------------------------------------------------------------------------

function holder(place, name) {
  const button = made("button", "hold");
  button.type = "button";
  button.dataset.focus = `hold ${name}`;
  const free = () => place.part("hands-free").checked;
  const key = (event) => event.key === " " || event.key === "Enter";
  button.onpointerdown = (event) => {
    if (free() || event.button) return;
    button.setPointerCapture(event.pointerId);
    begin(place, name);
  };
  button.onpointerup = button.onpointercancel = () => !free() && end(place);
  button.onkeydown = (event) => {
    if (free() || !key(event)) return;
    event.preventDefault();
    if (!event.repeat) begin(place, name);
  };
  button.onkeyup = (event) => {
    if (free() || !key(event)) return;
    event.preventDefault();
    end(place);
  };
  button.onblur = () => !free() && end(place);
  button.onclick = () => free() && (place.going?.taking ? end(place) : begin(place, name));
  button.oncontextmenu = (event) => event.preventDefault(); // a long touch would open one
  return button;
}

function label(place) {
  const { words } = place.data;
  const free = place.part("hands-free").checked;
  for (const root of place.root.querySelectorAll(".card")) {
    const button = root.querySelector(".hold");
    const going = place.going?.name === root.dataset.label && place.going.taking;
    const text = going ? (free ? words.stop : words.recording) : free ? words.start : words.hold;
    button.textContent = text;
    button.setAttribute("aria-label", fill(words.hold_label, { what: text, label: root.dataset.label }));
    button.setAttribute("aria-pressed", String(Boolean(going)));
    button.classList.toggle("going", Boolean(going));
    button.disabled = !place.on || Boolean(place.going && !going);
    root.classList.toggle("going", Boolean(going));
    for (const other of root.querySelectorAll(".icon")) other.disabled = Boolean(place.going);
    const input = root.querySelector(".name");
    input.readOnly = Boolean(place.going);
  }
  place.part("add").disabled = Boolean(place.going);
}

function ready(place, on) {
  place.on = on;
  if (!on) end(place);
  if (place.data) label(place);
}

// --- recording --------------------------------------------------------------------------------------------------------

function begin(place, name) {
  if (place.going || !place.on) return;
  remark(place, "");
  const id = `recording-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  const root = [...place.root.querySelectorAll(".card")].find(({ dataset }) => dataset.label === name);
  const before = place.data.classes.find((one) => one.label === name);
  const row = strip(place, name, id, []);
  root.querySelector(".hold").before(row);
  const going = { name, id, root, row, taking: true, frames: [], waiting: [], ended: null, known: before.known };
  going.before = before.recordings.reduce((sum, { frames }) => sum + frames.length, 0);
  place.going = going;
  place.fresh.set(id, going);
  label(place);
  going.sent = Promise.all(Array.from({ length: LANES }, () => lane(place, going)));
  take(place, going);
}

async function take(place, going) {
  const { pace, most, side } = place.data;
  let due = performance.now();
  while (going.taking && going.frames.length < most) {
    const picture = await place.webcam.grab(side);
    if (picture && going.taking) keep(place, going, picture);
    due = Math.max(due + 1000 / pace, performance.now());
    await pause(due - performance.now());
  }
  going.taking = false;
  label(place);
  await finish(place, going);
}

function keep(place, going, picture) {
  const name = `frame-${String(going.frames.length + 1).padStart(3, "0")}.jpg`;
  const url = URL.createObjectURL(picture);
  going.frames.push({ name, url });
  going.waiting.push({ name, picture });
  const thumbs = going.row.querySelector(".thumbs");
  if (thumbs.children.length === SHOWN) thumbs.firstChild.remove();
  thumbs.append(thumbnail(url));
  going.row.querySelector(".number").textContent = String(going.frames.length);
  say(place, going.root, going.before + going.frames.length, going.known);
}

async function lane(place, going) {
  while (going.taking || going.waiting.length) {
    const one = going.waiting.shift();
    if (!one) {
      await pause(20);
      continue;
    }
    const name = `${going.name}/${going.id}/${one.name}`;
    const told = (await put(place, name, one.picture)) ?? (await put(place, name, one.picture)); // once more: a line that dropped
    if (!told?.ok) {
      going.failed = told?.sentence || place.data.words.lost;
      going.taking = false;
      going.waiting = [];
    }
  }
}

async function put(place, name, picture) {
  try {
    const reply = await fetch(`${place.data.url}?name=${encodeURIComponent(name)}`, { method: "PUT", body: picture });
    const told = await reply.json().catch(() => ({}));
    return { ok: reply.ok, sentence: told.sentence ?? "" };
  } catch {
    return null;
  }
}

function end(place) {
  if (place.going) place.going.taking = false;
}

async function finish(place, going) {
  await going.sent;
  place.going = null;
  const { words, few } = place.data;
  const count = going.frames.length;
  if (going.failed) remark(place, going.failed);
  else if (count < few) remark(place, words.short);
  place.part("aloud").textContent = fill(words.recorded, { amount: amount(place, count), label: going.name });
  label(place);
  if (count) place.tell({ do: "recorded", label: going.name });
  else going.row.remove();
}

function remark(place, text) {
  place.part("remark").textContent = text;
  place.part("remark").hidden = !text;
}
