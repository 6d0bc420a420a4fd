// A text with its parts marked; the first mark is brought into sight. Text is only ever text here.

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(".quoted");
  if (!root) {
    root = document.createElement("div");
    root.className = "quoted";
    parentElement.append(root);
  }
  const text = document.createElement("div");
  text.className = data.whole ? "text whole" : "text";
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", data.alt);
  for (const block of data.blocks) text.append(drawn(block));
  root.replaceChildren(text);
  if (text.scrollHeight > text.clientHeight) text.tabIndex = 0; // so that the arrow keys reach what is below
  for (const code of text.querySelectorAll("pre")) if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
  const first = text.querySelector("mark");
  if (first) text.scrollTop = first.offsetTop - text.offsetTop - 24;
}

function drawn(block) {
  if (block.kind === "table") return table(block.rows);
  const lines = document.createElement(block.kind === "code" ? "pre" : "div");
  fill(lines, block.parts);
  return lines;
}

function table(rows) {
  const made = document.createElement("table");
  rows.forEach((cells, place) => {
    const row = made.insertRow();
    for (const parts of cells) {
      const cell = document.createElement(place ? "td" : "th"); // the first row names the columns
      if (!place) cell.scope = "col";
      fill(cell, parts);
      row.append(cell);
    }
  });
  return made;
}

function fill(box, parts) {
  for (const part of parts) {
    const made = document.createElement(part.kind === "quote" ? "mark" : "span");
    made.textContent = part.text;
    if (part.kind === "doubt") made.className = "doubt";
    if (part.why) made.dataset.why = part.why;
    box.append(made);
  }
}
