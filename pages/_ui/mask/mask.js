// Boxes on a picture: drag on the picture draws one, drag on a box moves it, a double click or Delete removes it.
// With keys: arrows move, with shift they resize. Sides are shares of the picture; sent when a hand is lifted.

const masks = new WeakMap();
const LEAST = 0.01;  // share of a side; less was a click
const STEP = 0.01;
const TWICE = 400;  // milliseconds between the two clicks that remove a box

export default function ({ data, parentElement, setStateValue }) {
  let mask = masks.get(parentElement);
  if (!mask) {
    mask = make(parentElement);
    masks.set(parentElement, mask);
  }
  mask.send = (boxes) => setStateValue("boxes", boxes);
  mask.show(data);
  return () => { mask.end(); masks.delete(parentElement); };
}

function element(tag, name, parent) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  parent.append(made);
  return made;
}

function place(node, [left, top, right, bottom]) {
  node.style.left = 100 * left + "%";
  node.style.top = 100 * top + "%";
  node.style.width = 100 * (right - left) + "%";
  node.style.height = 100 * (bottom - top) + "%";
}

const within = (value) => Math.min(1, Math.max(0, value));

function moved([left, top, right, bottom], x, y) {
  const dx = Math.min(1 - right, Math.max(-left, x)), dy = Math.min(1 - bottom, Math.max(-top, y));
  return [left + dx, top + dy, right + dx, bottom + dy];
}

function make(parent) {
  const root = element("div", "mask", parent);
  const stage = element("div", "stage", root);
  const image = element("img", "", stage);
  image.draggable = false;
  const foot = element("div", "foot", root);
  const hint = element("span", "", foot);
  const add = element("button", "", foot);
  add.type = "button";
  let data = null, known = "", boxes = [], hand = null, focus = -1, last = null;
  const mask = { show, end: () => root.remove(), send: () => {} };

  function show(given) {
    const shown = JSON.stringify({ ...given, boxes: null });
    if (shown === known) return;  // what is told of the boxes may be older than what a hand has done since
    known = shown;
    data = given;
    if (image.src !== given.picture) {
      image.src = given.picture;
      boxes = given.boxes.map((box) => [...box]);
    }
    image.alt = given.label;
    hint.textContent = given.words.hint;
    add.textContent = given.words.add;
    root.classList.toggle("filled", given.filled);
    draw();
  }

  function draw() {
    if (focus < 0) focus = [...stage.querySelectorAll(".box")].indexOf(root.getRootNode().activeElement);
    stage.querySelectorAll(".box, .strip").forEach((node) => node.remove());
    for (const strip of data.strips) place(element("div", "strip", stage), strip);
    boxes.forEach((box, number) => {
      const node = element("button", "box", stage);
      node.type = "button";
      node.setAttribute("aria-label", data.words.box.replace("{number}", number + 1));
      place(node, box);
      node.onpointerdown = (event) => begin(event, number);
      node.onkeydown = (event) => press(event, number);
    });
    if (focus >= 0) stage.querySelectorAll(".box")[Math.min(focus, boxes.length - 1)]?.focus();
    focus = -1;
  }

  function remove(number) {
    boxes.splice(number, 1);
    focus = number;
    draw();
    mask.send(boxes);
  }

  function press(event, number) {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      return remove(number);
    }
    const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!way) return undefined;
    event.preventDefault();
    const [left, top, right, bottom] = boxes[number];
    boxes[number] = event.shiftKey
      ? [left, top, within(Math.max(left + LEAST, right + way[0])), within(Math.max(top + LEAST, bottom + way[1]))]
      : moved(boxes[number], ...way);
    focus = number;
    draw();
    mask.send(boxes);
    return undefined;
  }

  function at(event) {
    const frame = image.getBoundingClientRect();
    return [within((event.clientX - frame.left) / frame.width), within((event.clientY - frame.top) / frame.height)];
  }

  function begin(event, number) {
    if (event.button !== 0) return undefined;
    event.preventDefault();
    event.stopPropagation();
    const from = at(event);
    // no dblclick comes: the box under the first click is drawn anew
    const again = number !== undefined && last?.number === number && event.timeStamp - last.time < TWICE;
    last = again ? null : { number, time: event.timeStamp };
    if (again) return remove(number);
    if (number === undefined) {
      if (boxes.length >= data.most) return undefined;
      boxes.push([...from, ...from]);
    }
    hand = { from, number: number ?? boxes.length - 1, fresh: number === undefined };
    hand.before = [...boxes[hand.number]];
    stage.setPointerCapture(event.pointerId);
    draw();
    return undefined;
  }

  stage.onpointerdown = (event) => begin(event);
  stage.onpointermove = (event) => {
    if (!hand) return;
    const [x, y] = at(event);
    boxes[hand.number] = hand.fresh
      ? [Math.min(x, hand.from[0]), Math.min(y, hand.from[1]), Math.max(x, hand.from[0]), Math.max(y, hand.from[1])]
      : moved(hand.before, x - hand.from[0], y - hand.from[1]);
    draw();
  };
  stage.onpointerup = stage.onpointercancel = () => {
    if (!hand) return;
    const { number, fresh, before } = hand, [left, top, right, bottom] = boxes[number];
    hand = null;
    if (fresh && (right - left < LEAST || bottom - top < LEAST)) boxes.splice(number, 1);
    else if (fresh || before.some((side, k) => side !== boxes[number][k])) {
      last = null;
      mask.send(boxes);
    }
    focus = number;
    draw();
  };
  add.onclick = () => {
    if (boxes.length >= data.most) return;
    boxes.push([0.3, 0.45, 0.7, 0.55]);
    focus = boxes.length - 1;
    draw();
    mask.send(boxes);
  };
  return mask;
}
