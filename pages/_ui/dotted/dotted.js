// Figures as dots on rows, with whiskers. A dot that opens its samples is a button, for mouse, finger and arrow keys.

const NS = "http://www.w3.org/2000/svg";
const SHARP = 2; // pixels of a picture for one of the screen
const drawings = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const drawing = drawings.get(parentElement) ?? {};
  drawings.set(parentElement, drawing);
  drawing.send = (pressed) => setStateValue("pressed", pressed);
  const { pressed, ...rest } = data;
  const signature = JSON.stringify(rest);
  if (drawing.signature !== signature) {
    drawing.root?.remove();
    Object.assign(drawing, { signature, root: build(data, drawing) });
    parentElement.append(drawing.root);
  }
  mark(drawing.root, pressed);
}

function add(parent, tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  parent.append(made);
  return made;
}

function build(data, drawing) {
  const root = document.createElement("div");
  root.className = data.rows.some((row) => row.text) ? "dotted counted" : "dotted";
  root.style.setProperty("--row", data.height + "px");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", data.alt);
  if (data.legend.length) {
    const legend = add(root, "div", "legend");
    for (const one of data.legend) shape(add(legend, "span", "", ""), one).after(one.name);
  }
  data.rows.forEach((row, place) => line(root, row, place, data, drawing));
  if (data.ticks.length) {
    const axis = add(root, "div", "track axis");
    for (const tick of data.ticks) add(axis, "span", "", tick.text).style.left = tick.at + "%";
  }
  const first = root.querySelector("button.dot");
  if (first) first.tabIndex = 0;
  taking(root, data);
  return root;
}

function line(root, row, place, data, drawing) {
  const label = add(root, "div", "label");
  label.title = row.label;
  for (const part of row.lines) add(label, "span", "", part);
  const track = add(root, "div", "track" + (row.marks.length > 1 ? " two" : "") + (place ? "" : " top"));
  if (data.zero !== null) add(track, "div", "zero").style.setProperty("--at", data.zero + "%");
  if (row.text) {
    add(track, "div", "stem").style.setProperty("--at", row.stem + "%");
    add(track, "div", "text", row.text).style.setProperty("--at", row.stem + "%");
  }
  row.marks.forEach((one, which) => {
    const down = row.marks.length > 1 ? (which ? 7.5 : -7.5) : 0;
    if (one.from !== undefined) whisker(track, one, down);
    const dot = add(track, data.opens ? "button" : "div", "dot");
    dot.style.cssText = `--at: ${one.at}%; --down: ${down}px`;
    dot.dataset.says = one.says;
    shape(dot, one);
    if (data.opens) opening(dot, [place, which], root, drawing);
  });
}

function whisker(track, one, down) {
  const drawn = add(track, "div", "whisker");
  drawn.style.cssText = `left: ${one.from}%; right: ${100 - one.to}%; --down: ${down}px`;
}

function shape(parent, one) {
  const [form, open] = one.symbol.split("-");
  const drawn = add(parent, "i", open ? `${form} open` : form);
  drawn.style.setProperty("--colour", one.colour);
  return drawn;
}

// --- pressing ---------------------------------------------------------------------------------------------------------

function opening(dot, place, root, drawing) {
  dot.type = "button";
  dot.tabIndex = -1;
  dot.dataset.place = place.join();
  dot.setAttribute("aria-label", dot.dataset.says);
  dot.addEventListener("click", () => {
    const pressed = dot.getAttribute("aria-pressed") === "true" ? null : place;
    reach(dot, root);
    mark(root, pressed);
    drawing.send(pressed);
  });
  dot.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
    const all = [...root.querySelectorAll("button.dot")];
    const next = step && all[all.indexOf(dot) + step];
    if (!step) return;
    event.preventDefault();
    if (next) reach(next, root).focus();
  });
}

function reach(dot, root) {
  for (const one of root.querySelectorAll("button.dot")) one.tabIndex = one === dot ? 0 : -1;
  return dot;
}

function mark(root, pressed) {
  root.classList.toggle("choosing", Boolean(pressed));
  for (const dot of root.querySelectorAll("button.dot"))
    dot.setAttribute("aria-pressed", String(dot.dataset.place === pressed?.join()));
}

// --- a picture to take away -------------------------------------------------------------------------------------------

function taking(root, data) {
  const button = add(root, "button", "take");
  button.type = "button";
  button.title = data.take;
  button.setAttribute("aria-label", data.take);
  const icon = document.createElementNS(NS, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.append(document.createElementNS(NS, "path"));
  icon.firstChild.setAttribute("d", "M12 4v11m-5-5 5 5 5-5M5 20h14");
  button.append(icon);
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = painted(root).toDataURL("image/png");
    link.download = `${data.file}.png`;
    link.click();
  });
}

function painted(root) {
  const whole = root.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = whole.width * SHARP;
  canvas.height = whole.height * SHARP;
  const brush = canvas.getContext("2d");
  brush.scale(SHARP, SHARP);
  brush.fillStyle = getComputedStyle(root).getPropertyValue("--st-background-color");
  brush.fillRect(0, 0, whole.width, whole.height);
  brush.translate(-whole.left, -whole.top);
  const each = (selector, paint) => root.querySelectorAll(selector).forEach((one) => paint(one, one.getBoundingClientRect()));
  const bar = (colour, left, top, width, height) => ((brush.fillStyle = colour), brush.fillRect(left, top, width, height));
  const ink = getComputedStyle(root).color;

  if (!root.classList.contains("counted"))
    each(".track:not(.axis)", (_, box) => bar(ink, box.left - 9, box.top + box.height / 2, box.width + 18, 0.25));
  each(".zero, .stem", (one, box) => bar("#7a8794", box.left, box.top, Math.max(box.width, 1.5), box.height));
  each(".whisker", (_, box) => {
    bar("#7a8794", box.left, box.top + box.height / 2 - 1, box.width, 2);
    bar("#7a8794", box.left, box.top, 2, box.height);
    bar("#7a8794", box.right - 2, box.top, 2, box.height);
  });
  each("i", (one, box) => paintShape(brush, one, box));
  each(".label span, .axis span, .text, .legend span", (one, box) => {
    const style = getComputedStyle(one);
    brush.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    brush.fillStyle = style.color;
    brush.textBaseline = "middle";
    const shift = one.querySelector("i") ? 22 : 0; // behind its shape
    brush.fillText(one.textContent, box.left + shift, box.top + box.height / 2);
  });
  return canvas;
}

function paintShape(brush, one, box) {
  const style = getComputedStyle(one);
  const [x, y, far] = [box.left + box.width / 2, box.top + box.height / 2, box.width / 2 - 1.25];
  brush.beginPath();
  if (one.classList.contains("circle")) brush.arc(x, y, far, 0, 2 * Math.PI);
  else if (one.classList.contains("square")) brush.rect(x - far, y - far, 2 * far, 2 * far);
  else for (const [across, down] of [[0, -far], [far, 0], [0, far], [-far, 0]]) brush.lineTo(x + across, y + down);
  brush.closePath();
  brush.fillStyle = style.backgroundColor;
  brush.strokeStyle = style.borderTopColor;
  brush.lineWidth = 2.5;
  brush.fill();
  brush.stroke();
}
