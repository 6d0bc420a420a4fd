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
  const lines = document.createElement(block.code ? "pre" : "div");
  for (const part of block.parts) {
    const made = document.createElement(part.kind === "quote" ? "mark" : "span");
    made.textContent = part.text;
    if (part.kind === "doubt") made.className = "doubt";
    if (part.why) made.dataset.why = part.why;
    lines.append(made);
  }
  return lines;
}
