// A freeze ladder that grows: one row a rung. Plain elements, so that a refresh redraws without a flicker.

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(".rungs");
  if (!root) {
    root = document.createElement("div");
    root.className = "rungs";
    parentElement.append(root);
  }
  const told = JSON.stringify(data);
  if (root.dataset.told === told) return;  // a refresh without news
  root.dataset.told = told;
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", data.alt);
  root.style.setProperty("--stages", data.stages);
  root.replaceChildren();

  const head = add(root, "row head");
  add(head, "what", data.words.rung);
  const scale = add(head, "score");
  add(scale, "title", data.words.score);
  const axis = add(scale, "axis");
  for (const tick of data.ticks) add(axis, "tick", tick.text).style.setProperty("--at", tick.at);
  for (const name of data.costs) add(head, `cost ${name}`, data.words[name]);

  for (const row of data.rows) {
    const line = add(root, `row ${row.state} ${row.recipe}${row.chosen ? " chosen" : ""}`);
    const what = add(line, "what");
    const groups = add(what, "groups");
    for (let k = 0; k < data.stages; k += 1) add(groups, k < row.frozen ? "frozen" : "learns");
    add(groups, "head");
    const named = add(what, "named");
    add(named, "name", row.name);
    if (row.chosen) add(named, "tag", row.chosen);

    const score = add(line, "score");
    const lane = add(score, "lane");
    for (const tick of data.ticks) add(lane, "grid").style.setProperty("--at", tick.at);
    if (data.line != null) add(lane, "line").style.setProperty("--at", data.line);
    if (row.at !== undefined) {
      lane.title = row.said;
      if (row.from !== undefined) {
        const whisker = add(lane, "whisker");
        whisker.style.setProperty("--from", row.from);
        whisker.style.setProperty("--to", row.to);
      }
      add(lane, "dot").style.setProperty("--at", row.at);
    } else if (row.note) {
      add(lane, "note", row.note);
    }
    add(score, "value", row.text ?? "");
    for (const name of data.costs) {
      const cell = add(line, `cost ${name}`, row.cost ? row.cost[name] : "");
      if (name === "seconds" && row.cost && data.longest > 0) {
        add(cell, "bar").style.setProperty("--part", row.seconds / data.longest);
      }
    }
  }
}

function add(parent, name, text = "") {
  const made = document.createElement("div");
  made.className = name;
  made.textContent = text;
  parent.append(made);
  return made;
}
