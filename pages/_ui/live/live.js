// The newest picture of the camera goes to the server, its answer comes back, and only then the next one goes.

const places = new WeakMap();
const FASTEST = 90; // milliseconds from one picture to the next: more a second nobody sees
const COUNTED = 3000; // milliseconds over which answers are counted
const STEADY = 1200; // milliseconds an answer must stay before it is read aloud

export default function (component) {
  const { data, parentElement } = component;
  let place = places.get(parentElement);
  if (!place) {
    place = { root: parentElement, part: (name) => parentElement.querySelector(`.${name}`), times: [], spoken: "", paused: false };
    places.set(parentElement, place);
    place.webcam = new Webcam(parentElement, (on) => ready(place, on));
    place.part("pause").onclick = () => {
      place.paused = !place.paused;
      label(place);
      run(place);
    };
    place.seen = () => run(place);
    document.addEventListener("visibilitychange", place.seen);
  }
  place.data = data;
  place.webcam.say(data.words);
  place.part("kept").textContent = data.words.live_kept;
  if (!place.rows) wait(place, data.words.live_waiting);
  label(place);
  return () => {
    place.left = true;
    document.removeEventListener("visibilitychange", place.seen);
    place.webcam.close();
    places.delete(parentElement);
  };
}

function ready(place, on) {
  place.on = on;
  if (!place.data) return;
  if (on) wait(place, place.data.words.live_loading);
  else wait(place, place.data.words.live_waiting);
  label(place);
  run(place);
}

function wanted(place) {
  return place.on && !place.paused && !place.left && !document.hidden && place.root.isConnected;
}

async function run(place) {
  if (place.running || !wanted(place)) return;
  place.running = true;
  while (wanted(place)) {
    const began = performance.now();
    const picture = await place.webcam.grab(place.data.side);
    const told = picture && wanted(place) ? await ask(place, picture) : { rest: 50 };
    if (told.answer && wanted(place)) show(place, told.answer);
    await pause(Math.max(told.rest ?? 0, FASTEST - (performance.now() - began), 0));
  }
  place.running = false;
  place.times = [];
  place.part("rate").textContent = place.paused ? place.data.words.live_paused : "";
}

// {answer}, or {rest}: how long to wait after it did not come.
async function ask(place, picture) {
  const { url, words } = place.data;
  try {
    const reply = await fetch(url, { method: "POST", body: picture });
    if (reply.status === 429) return { rest: 100 };
    if (reply.status === 403) stop_asking(place); // open too long: only a reload helps
    const told = await reply.json();
    remark(place, reply.ok ? "" : told.sentence);
    return reply.ok ? { answer: told } : { rest: 1000 };
  } catch {
    remark(place, words.live_gone);
    return { rest: 1000 };
  }
}

function stop_asking(place) {
  place.paused = true;
  label(place);
}

function show(place, answer) {
  const { words } = place.data;
  const far = answer.not_sure === "far";
  const torn = answer.not_sure === "torn";
  const text = far || torn ? words.live_far : answer.label;
  place.part("answer").textContent = text;
  place.part("about").textContent = far ? words.live_far_about : torn ? fill(words.live_torn_about, { labels: answer.possible.join(" · ") }) : "";
  bars(place, answer, far);
  count(place);
  if (text !== place.text) [place.text, place.since] = [text, performance.now()];
  else if (text !== place.spoken && performance.now() - place.since > STEADY) {
    place.spoken = text;
    place.part("aloud").textContent = text;
  }
}

function bars(place, { likely, label: said }, far) {
  // Each class stays in its row, so that the eye need not look for it.
  if (!place.rows) {
    place.rows = new Map(place.data.classes.map((name) => [name, row(name)]));
    place.part("rows").replaceChildren(...place.rows.values());
  }
  place.part("rows").classList.toggle("unknown", far);
  for (const [name, root] of place.rows) {
    const part = likely[name] ?? 0;
    root.classList.toggle("first", !far && name === said);
    root.querySelector(".track").style.setProperty("--part", String(part));
    root.querySelector(".value").textContent = far ? "–" : fill(place.data.words.percent, { value: Math.round(100 * part) });
  }
}

function row(name) {
  const root = document.createElement("div");
  root.className = "row";
  root.setAttribute("role", "listitem");
  for (const [kind, text] of [["label", name], ["track", ""], ["value", ""]]) {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text;
    root.append(part);
  }
  root.querySelector(".label").title = name;
  root.querySelector(".track").append(document.createElement("i"));
  return root;
}

function count(place) {
  const now = performance.now();
  place.first ??= now;
  place.times = [...place.times.filter((time) => now - time < COUNTED), now];
  const span = place.times[place.times.length - 1] - place.times[0];
  if (place.times.length < 3) return;
  const rate = (1000 * (place.times.length - 1)) / span;
  place.part("rate").textContent = fill(place.data.words.live_rate, { rate: rate.toLocaleString(document.documentElement.lang || "en", { maximumFractionDigits: rate < 10 ? 1 : 0 }) });
  place.part("rate").dataset.rate = rate.toFixed(2);
}

function wait(place, text) {
  place.part("answer").textContent = "";
  place.part("about").textContent = text;
}

function label(place) {
  const { words } = place.data;
  place.part("pause").hidden = !place.on;
  place.part("pause").textContent = place.paused ? words.live_go : words.live_pause;
}

function remark(place, text) {
  place.part("remark").textContent = text;
  place.part("remark").hidden = !text;
}
