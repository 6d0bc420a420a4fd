// Labelling by keys. Questions come from the labelling door a few at a time and are answered here at once; what was
// said goes to the same door in the background. Until the server confirms it, it is kept in the browser's own store
// (unsent.js), so neither a reload nor a server that is gone loses anything.

const tables = new WeakMap();
const PAUSE = 250, LONGEST = 5000;  // milliseconds before sending, and between two tries at most
const FEW = 4;  // questions in hand from which more are asked for
const TELL = 20;  // labels after which the page around hears of it

export default function ({ data, parentElement, setTriggerValue }) {
  let table = tables.get(parentElement);
  if (!table) {
    table = make(parentElement);
    tables.set(parentElement, table);
  }
  table.tell = (count) => setTriggerValue("said", count);
  table.show(data);
  return () => { table.end(); tables.delete(parentElement); };
}

function element(tag, name, parent, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (tag === "button") made.type = "button";
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const number = (value) => value.toLocaleString(document.documentElement.lang || "en");

function make(parent) {
  const root = element("div", "label", parent);
  const top = element("div", "top", root);
  const bar = element("progress", "", top);
  const standing = element("span", "standing", top);
  const saved = element("span", "saved", top);
  saved.setAttribute("role", "status");
  const asked = element("div", "asked", root);
  asked.setAttribute("aria-live", "polite");
  const stage = element("div", "stage", root);
  const classes = element("div", "classes", root);
  const acts = element("div", "acts", root);
  const hint = element("div", "hint", root);
  let data = null, keys = new Map(), unsent = null, queue = [], now = null, trail = [], told = 0, learned = 0, sound = null;
  let busy = false, ended = false, finished = false, timer = 0, tries = 0, typing = false;
  const table = { show, end, tell: () => {} };
  const onKey = (event) => press(event);
  window.addEventListener("keydown", onKey);

  function show(given) {
    const before = data?.session;
    data = { ...given, classes: before === given.session ? data.classes : [...given.classes] };
    if (before === given.session) return;  // a rerun around us: what is in hand stays
    unsent?.leave();
    unsent = makeUnsent(given.person, () => { keep(); soon(0); });
    unsent.adopt();
    queue = []; now = null; trail = []; finished = false; typing = false;
    root.classList.toggle("pictures", data.pictures);
    progress(data.standing);
    draw();
    send();
  }

  function end() {
    ended = true;
    clearTimeout(timer);
    sound?.pause();
    window.removeEventListener("keydown", onKey);
    unsent?.leave();
    root.remove();
  }

  // ---- what goes to the server -------------------------------------------------------------------------------

  function keep() {
    unsent.keep();
    const open = unsent.open();
    saved.textContent = open ? fill(data.words[tries ? "unsaved" : "saving"], { count: number(open) }) : data.words.saved;
    saved.classList.toggle("late", Boolean(open && tries));
  }

  function soon(wait = PAUSE) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  async function send() {
    if (busy || ended) return;
    const want = queue.length < FEW && !finished;
    if (!want && !unsent.open()) return keep();
    busy = true;
    const mine = unsent, said = unsent.said.slice(0, 400), undone = unsent.undone.slice(0, 400);
    const have = [now, ...queue].filter(Boolean).flatMap((one) => left(one).map((s) => [s.id, s.way, s.suggested]));
    let reply = null, why = "";
    try {
      const answer = await fetch(data.url, {
        method: "POST", headers: { "content-type": "application/json" },
        body: JSON.stringify({ view: data.view, said, undone, have, want }),
      });
      const heard = await answer.json();
      if (answer.ok) reply = heard; else why = heard.sentence || "";
    } catch { /* nobody there: tried again below */ }
    busy = false;
    if (ended || mine !== unsent) return ended || send();
    if (!reply) {
      tries += 1;
      keep();
      if (why) saved.textContent = why;
      if (!now) draw();
      return soon(Math.min(LONGEST, 1000 * 2 ** Math.min(tries, 4)));
    }
    tries = 0;
    const ids = new Set(said.map((one) => one.id)), back = new Set(undone);
    unsent.said = unsent.said.filter((one) => !ids.has(one.id));
    unsent.undone = unsent.undone.filter((one) => !back.has(one));
    for (const label of reply.classes) if (!data.classes.includes(label)) data.classes.push(label);
    if (reply.learned !== learned) {  // suggestions of before, not yet seen, give way to better ones
      queue = queue.filter((one) => one.parent);
      learned = reply.learned;
    }
    if (want) {
      queue.push(...reply.questions.map((one) => ({ ...one, answers: new Map(), out: new Set() })));
      finished = !reply.questions.length;
    }
    progress(reply.standing);
    keep();
    told += said.length;
    if (told >= TELL || (finished && !now && told)) { table.tell(told); told = 0; }
    if (!now || !reply.questions.length) next(); else drawClasses();
    if (unsent.open() || (queue.length < FEW && !finished)) soon(0);
  }

  function say(question, pairs) {
    const entries = pairs.map(([sample, label]) => ({
      id: fresh(), sample: sample.id, label, way: sample.way, suggested: sample.suggested,
    }));
    unsent.said.push(...entries);
    trail.push({ question, entries });
    keep();
    soon();
    bar.value = Math.min(bar.max, bar.value + entries.filter((one) => one.label !== null).length);
    told_standing();
  }

  function undo() {
    const last = trail.pop();
    if (!last) return;
    const ids = new Set(last.entries.map((one) => one.id));
    const here = unsent.said.filter((one) => ids.has(one.id));
    unsent.said = unsent.said.filter((one) => !ids.has(one.id));
    // what is under way may have arrived: take back all that is not surely here alone
    for (const one of last.entries) if (busy || !here.includes(one)) unsent.undone.push(one.id);
    if (now && now !== last.question) queue.unshift(now);
    queue = queue.filter((one) => one !== last.question && one.parent !== last.question);
    now = last.question;
    for (const one of last.entries) if (now.label === null) now.answers.delete(one.sample);
    now.at = Math.max(0, now.samples.findIndex((one) => one.id === last.entries[0].sample));
    bar.value = Math.max(0, bar.value - last.entries.filter((one) => one.label !== null).length);
    finished = false;
    told_standing();
    keep();
    soon();
    draw(true);
  }

  // ---- answering ---------------------------------------------------------------------------------------------

  const left = (question) => question.samples.filter((one) => question.label !== null || !question.answers.has(one.id));

  function next() {
    if (now && left(now).length) return draw(true);
    now = queue.shift() || null;
    if (now) now.at = now.at || 0;
    draw(true);
    if (queue.length < FEW) soon(0);
  }

  function choose(label) {
    if (!now) return;
    const sample = now.samples[now.at];
    if (now.label !== null) {
      now.out.delete(sample.id);
      if (label === now.label) now.answers.delete(sample.id); else now.answers.set(sample.id, label);
      return draw(true);
    }
    if (now.answers.has(sample.id)) return step(1);
    now.answers.set(sample.id, label);
    say(now, [[sample, label]]);
    const open = now.samples.findIndex((one, at) => at > now.at && !now.answers.has(one.id));
    if (left(now).length) now.at = open >= 0 ? open : now.samples.findIndex((one) => !now.answers.has(one.id));
    next();
  }

  function toggle(at) {  // in a group: not this class. Of two classes it is the other one; of more it is asked after
    now.at = at;
    const sample = now.samples[at];
    if (now.answers.has(sample.id) || now.out.has(sample.id)) {
      now.answers.delete(sample.id);
      now.out.delete(sample.id);
    } else if (data.classes.length === 2) now.answers.set(sample.id, data.classes.find((one) => one !== now.label));
    else now.out.add(sample.id);
    draw(true);
  }

  function accept() {
    if (!now || now.label === null) return;
    const group = now;
    const meant = group.samples.filter((one) => !group.out.has(one.id));
    const rest = group.samples.filter((one) => group.out.has(one.id));
    if (meant.length) say(group, meant.map((one) => [one, group.answers.get(one.id) ?? group.label]));
    const parts = data.pictures && rest.length ? [rest] : rest.map((one) => [one]);
    const after = parts.map((samples) => ({
      label: null, parent: group, answers: new Map(), out: new Set(), samples: samples.map((one) => ({ ...one, way: "group" })),
    }));
    queue.unshift(...after);
    now = null;
    next();
  }

  function skip() {
    if (!now) return;
    if (now.label === null) return choose(null);
    say(now, now.samples.map((one) => [one, null]));
    now = null;
    next();
  }

  function step(by) {
    if (!now) return;
    now.at = Math.min(now.samples.length - 1, Math.max(0, now.at + by));
    draw(true);
  }

  function press(event) {
    const path = event.composedPath(), inside = path.includes(root), target = path[0];
    const bare = [document.body, document.documentElement].includes(target) || target.matches?.("[data-testid=stMain]");
    if (!data || event.altKey || (!inside && !bare)) return;  // a click beside everything leaves the focus on the page
    if (target.tagName === "INPUT" || target.isContentEditable) return;
    const control = event.ctrlKey || event.metaKey, key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (control && key !== "z") return;
    const across = data.pictures ? Math.max(1, getComputedStyle(stage).gridTemplateColumns.split(" ").length) : 1;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across };
    const onButton = target.tagName === "BUTTON";
    if (key === "u" || key === "z" && control) undo();
    else if (key === "s") skip();
    else if (key === "p") stage.children[now?.at]?.querySelector(".play")?.click();
    else if (key in steps) step(steps[key]);
    else if (key === "Enter" && now?.label != null && !onButton) accept();
    else if (key === " " && now?.label != null && !onButton) toggle(now.at);
    else if (keys.has(key)) choose(keys.get(key));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- drawing -----------------------------------------------------------------------------------------------

  function progress(given) {
    const open = (unsent?.said || []).filter((one) => one.label !== null).length;
    bar.max = Math.max(1, given.total);
    bar.value = Math.min(given.total, given.labelled + open);
    data.standing = given;
    bar.setAttribute("aria-label", data.words.progress);
    told_standing();
  }

  function told_standing() {
    standing.textContent = fill(data.words.standing, { done: number(bar.value), total: number(data.standing.total) });
  }

  function draw(focus = false) {
    const inside = focus || root.getRootNode().activeElement?.closest?.(".label");
    sound?.pause();
    asked.textContent = title();
    stage.replaceChildren();
    stage.className = `stage ${now ? (now.samples.length > 1 ? "many" : "one") : "none"}`;
    if (now) {
      stage.setAttribute("role", "listbox");
      stage.setAttribute("aria-label", title());
      now.samples.forEach((sample, at) => item(sample, at));
    } else stage.removeAttribute("role");
    drawClasses();
    acts.replaceChildren();
    root.insertBefore(acts, now?.label != null ? stage : hint);  // a group's one key stands above it
    if (now?.label != null) act(fill(data.words.accept, { count: number(now.samples.length - now.out.size) }), "↵", accept, "accept");
    if (now) act(data.words.skip, "S", skip);
    if (trail.length) act(data.words.undo, "U", undo);
    hint.textContent = now ? data.words[hinted()] : "";
    if (inside && now && !typing) stage.children[now.at]?.focus({ preventScroll: now.samples.length === 1 });
  }

  function hinted() {
    if (now.label !== null) return data.classes.length === 2 ? "hint_group_two" : "hint_group";
    return !data.pictures ? "hint" : now.samples.some((one) => one.heard) ? "hint_sounds" : "hint_pictures";
  }

  function title() {
    if (!now) return data.words[finished ? "done" : tries ? "nobody" : "waiting"];
    if (now.label === null) return data.words[data.view === "second" ? "ask_second" : "ask"];
    return fill(data.words.ask_group, { count: number(now.samples.length), label: now.label });
  }

  function item(sample, at) {
    const cell = element("div", "item", stage);
    const group = now.label !== null, said = now.answers.get(sample.id), out = now.out.has(sample.id);
    cell.setAttribute("role", "option");
    cell.setAttribute("aria-selected", String(group ? said !== undefined || out : at === now.at));
    cell.tabIndex = at === now.at ? 0 : -1;
    cell.classList.toggle("here", at === now.at && now.samples.length > 1);
    cell.classList.toggle("changed", group && (said !== undefined || out));
    cell.classList.toggle("said", !group && said !== undefined);
    if (sample.text === null) {
      const picture = element("img", "", cell);
      picture.src = `${data.picture}/${sample.id}.webp`;
      picture.alt = fill(data.words.picture, { place: number(at + 1), count: number(now.samples.length) });
      picture.draggable = false;
      if (sample.heard) player(cell, sample);
    } else element("div", "text", cell, sample.text);
    const mark = out ? data.words.later : group ? said : said === null ? data.words.skipped : said;
    if (mark !== undefined) element("span", "mark", cell, group ? `→ ${mark}` : mark);
    cell.onclick = () => {
      if (group) toggle(at);
      else { now.at = at; draw(true); }
    };
  }

  function player(cell, sample) {  // for a pointer: an option may hold no button, and a keyboard has P
    const play = element("span", "play", cell, "▶");
    play.title = data.words.play;
    play.ariaHidden = "true";
    cell.setAttribute("aria-keyshortcuts", "P");
    play.onclick = (event) => {
      event.stopPropagation();
      const same = sound && !sound.paused && sound.dataset.of === sample.id;
      sound?.pause();
      if (same) return;
      sound = new Audio(`${data.sounds}/${sample.id}.flac`);
      sound.dataset.of = sample.id;
      sound.play().catch(() => {});
    };
  }

  function drawClasses() {
    if (typing) return;
    classes.replaceChildren();
    classes.hidden = !now;
    if (!now) return;
    classes.setAttribute("role", "group");
    classes.setAttribute("aria-label", data.words.classes);
    keys = keysOf(data.classes);
    const shown = new Map([...keys].map(([key, label]) => [label, key]));
    data.classes.forEach((label) => {
      const button = element("button", "class", classes);
      if (shown.has(label)) element("kbd", "", button, shown.get(label).toUpperCase());
      element("span", "", button, label);
      button.onclick = () => choose(label);
    });
    if (data.classes.length) {
      const more = element("button", "new", classes, `+ ${data.words.add}`);
      more.onclick = () => write(true);
    } else write(false);
  }

  function write(focus) {  // a new class, while labelling
    typing = true;
    classes.querySelector(".new")?.remove();
    const box = element("form", "write", classes);
    const line = element("input", "", box);
    line.maxLength = 80;
    line.placeholder = data.words[data.classes.length ? "add_hint" : "first"];
    line.setAttribute("aria-label", data.words.add_hint);
    const go = element("button", "", box, data.words.add);
    go.type = "submit";
    const close = () => { typing = false; draw(true); };
    box.onsubmit = (event) => {
      event.preventDefault();
      const label = line.value.trim().replace(/\s+/g, " ");
      if (label && !data.classes.includes(label)) data.classes.push(label);
      if (label || data.classes.length) close();
    };
    line.onkeydown = (event) => { if (event.key === "Escape" && data.classes.length) close(); };
    if (focus || root.contains(root.getRootNode().activeElement)) line.focus();
  }

  function act(text, key, what, name = "") {
    const button = element("button", name, acts);
    element("span", "", button, text);
    element("kbd", "", button, key);
    button.onclick = what;
  }

  return table;
}
