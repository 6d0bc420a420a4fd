// How likely each class is: one bar a class, the answer first.

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(".bars");
  if (!root) {
    root = document.createElement("div");
    root.className = "bars";
    parentElement.append(root);
  }
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", data.alt);
  root.replaceChildren();
  data.rows.forEach((row, place) => {
    const first = place === 0 ? " first" : "";
    add(root, "label" + first, row.label).title = row.label;
    const track = add(root, "track" + first);
    track.style.setProperty("--part", row.part * 100 + "%");
    track.append(document.createElement("i"));
    if (first) track.append(document.createElement("u"));
    add(root, "value" + first, row.text);
  });
}

function add(parent, name, text = "") {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = text;
  parent.append(made);
  return made;
}
