// Thumbnails in a grid. With `choice` they are a list box: click, shift-click, arrows, space, Ctrl-A. Those of sounds
// have a button that plays, one at a time. An option of a list box may hold none: there the key P plays, and a sign does
// for a pointer.

const places = new WeakMap();
const sign = (path) => `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`;
const PLAY = sign("M5 3l8 5-8 5z");
const STOP = sign("M4 4h8v8H4z");
const TICK = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3.5 8.5l3 3 6-7"/></svg>';

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let place = places.get(parentElement);
  if (!place) {
    place = { list: parentElement.querySelector(".list"), chosen: new Set(), shown: "", last: 0 };
    places.set(parentElement, place);
  }
  place.data = data;
  place.tell = () => setStateValue("chosen", [...place.chosen]);
  const leave = () => hush(place);
  const shown = JSON.stringify(data);
  if (shown === place.shown) return leave; // a rerun that changed nothing here: keep focus and selection
  place.shown = shown;
  place.chosen = new Set(data.chosen);
  draw(place);
  return leave;
}

function draw(place) {
  const { list, data } = place;
  hush(place);
  list.classList.toggle("choice", data.choice);
  list.style.setProperty("--side", `${data.side}px`);
  list.setAttribute("role", data.choice ? "listbox" : "list");
  list.setAttribute("aria-label", data.label);
  if (data.choice) list.setAttribute("aria-multiselectable", "true");
  list.replaceChildren(...data.items.map((item, index) => one(place, item, index)));
  place.last = 0;
}

function one(place, item, index) {
  const { data } = place;
  const cell = document.createElement("div");
  cell.className = "one";
  cell.setAttribute("role", data.choice ? "option" : "listitem");
  const picture = document.createElement("img");
  picture.src = `${data.url}/${item.id}.webp`;
  picture.alt = item.alt;
  picture.loading = "lazy";
  picture.draggable = false;
  cell.append(picture);
  if (item.play) cell.append(player(place, item));
  for (const [style, text] of [["caption", item.caption], ["caption note", item.note]]) {
    if (!text) continue;
    const line = document.createElement("span");
    line.className = style;
    line.textContent = text;
    line.title = text;
    cell.append(line);
  }
  if (data.choice) {
    const tick = document.createElement("span");
    tick.className = "tick";
    tick.innerHTML = TICK;
    cell.append(tick);
    if (item.play) cell.setAttribute("aria-keyshortcuts", "P");
    cell.tabIndex = index === 0 ? 0 : -1;
    cell.setAttribute("aria-selected", String(place.chosen.has(item.id)));
    cell.onclick = (event) => choose(place, index, event.shiftKey);
    cell.onkeydown = (event) => press(place, index, event);
  }
  return cell;
}

function player(place, item) {
  const button = document.createElement(place.data.choice ? "span" : "button");
  button.className = "play";
  button.title = item.play;
  button.innerHTML = PLAY;
  if (place.data.choice) button.ariaHidden = "true";
  else {
    button.type = "button";
    button.setAttribute("aria-label", item.play);
  }
  button.onclick = (event) => {
    event.stopPropagation();
    const going = place.button === button;
    hush(place);
    if (!going) play(place, item, button);
  };
  return button;
}

function play(place, item, button) {
  const sound = new Audio(`${place.data.sounds}/${item.id}.flac`);
  place.sound = sound;
  place.button = button;
  button.innerHTML = STOP;
  const done = () => { if (place.sound === sound) hush(place); };
  sound.onended = done;
  sound.play().catch(done);
}

function hush(place) {
  place.sound?.pause();
  if (place.button) place.button.innerHTML = PLAY;
  place.sound = place.button = null;
}

function choose(place, index, range) {
  const { items } = place.data;
  const on = !place.chosen.has(items[index].id);
  const [from, to] = range ? [Math.min(place.last, index), Math.max(place.last, index)] : [index, index];
  for (const item of items.slice(from, to + 1)) {
    if (on || range) place.chosen.add(item.id);
    else place.chosen.delete(item.id);
  }
  focus(place, index);
  mark(place);
}

function press(place, index, event) {
  const across = Math.max(1, getComputedStyle(place.list).gridTemplateColumns.split(" ").length);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across };
  const end = place.data.items.length - 1;
  if (event.key in steps) focus(place, Math.min(end, Math.max(0, index + steps[event.key])));
  else if (event.key === "Home") focus(place, 0);
  else if (event.key === "End") focus(place, end);
  else if (event.key === "p" && !event.ctrlKey && !event.metaKey) place.list.children[index].querySelector(".play")?.click();
  else if (event.key === " " || event.key === "Enter") choose(place, index, event.shiftKey);
  else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
    place.chosen = new Set(place.data.items.map((item) => item.id));
    mark(place);
  } else return;
  event.preventDefault();
}

function focus(place, index) {
  for (const [at, cell] of [...place.list.children].entries()) cell.tabIndex = at === index ? 0 : -1;
  place.list.children[index].focus();
  place.last = index;
}

function mark(place) {
  for (const [at, cell] of [...place.list.children].entries()) {
    cell.setAttribute("aria-selected", String(place.chosen.has(place.data.items[at].id)));
  }
  place.tell();
}
