// Files go straight from here to the server's disk, a few at a time; Python hears of it once, when all have ended.

const PARALLEL = 3;
const places = new WeakMap(); // what belongs to one mounted uploader: it outlives reruns, which call us again

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let place = places.get(parentElement);
  if (!place) {
    place = { root: parentElement, part: (name) => parentElement.querySelector(`.${name}`), transfer: null };
    places.set(parentElement, place);
    listen(place);
  }
  place.data = data;
  place.tell = (result) => setTriggerValue("finished", result);
  label(place);
  return () => place.transfer?.cancel();
}

function label(place) {
  const { words } = place.data;
  const put = (name, text) => (place.part(name).textContent = text);
  put("title", words.title);
  put("files", words.files);
  put("folder", words.folder);
  put("hint", words.hint);
  put("cancel", words.cancel);
  place.part("folder").hidden = !place.data.folders;
  place.part("bar").setAttribute("aria-label", words.progress);
  const files = place.part("pick-files");
  files.accept = place.data.accept;
  files.multiple = place.data.multiple;
  files.setAttribute("aria-label", words.files);
  const folder = place.part("pick-folder");
  folder.setAttribute("webkitdirectory", "");
  folder.setAttribute("aria-label", words.folder);
}

function listen(place) {
  for (const kind of ["files", "folder"]) {
    const picker = place.part(`pick-${kind}`);
    place.part(kind).onclick = () => picker.click();
    picker.onchange = () => {
      const chosen = [...picker.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
      picker.value = ""; // the same file can be chosen again
      send(place, chosen);
    };
  }
  place.part("cancel").onclick = () => place.transfer?.cancel();
  const zone = place.part("zone");
  zone.ondragover = (event) => {
    event.preventDefault();
    zone.classList.toggle("over", !place.transfer);
  };
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!place.transfer) send(place, await dropped(event.dataTransfer));
  };
}

async function dropped(transfer) {
  // Entries must be taken before the first wait: the list is emptied after the event.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((done, fail) => entry.file(done, fail));
    found.push({ file, name: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((done, fail) => reader.readEntries(done, fail)); // at most 100 at a time
    if (!batch.length) return;
    for (const child of batch) await walk(child, found);
  }
}

function send(place, chosen) {
  const { words, limit, prefix, multiple } = place.data;
  remark(place, "");
  if (!chosen.length) return;
  if (!multiple) chosen = chosen.slice(0, 1);
  const loose = chosen.filter(({ name }) => !/\.zip$/i.test(name)).length;
  if (loose > limit) {
    remark(place, fill(words.too_many, { count: loose, limit }));
    return;
  }
  if (prefix) chosen = chosen.map(({ file, name }) => ({ file, name: `${prefix}/${name.split("/").pop()}` }));
  place.transfer = new Transfer(place, chosen);
  place.transfer.run();
}

class Transfer {
  constructor(place, chosen) {
    this.place = place;
    this.waiting = [...chosen];
    this.all = chosen.length;
    this.bytes = chosen.reduce((sum, { file }) => sum + file.size, 0);
    this.sent = new Map(); // file -> bytes on their way
    this.requests = new Set();
    this.received = 0;
    this.failed = [];
    this.sentence = "";
    this.began = performance.now();
    this.stopped = false;
  }

  async run() {
    this.show();
    await Promise.all(Array.from({ length: PARALLEL }, () => this.lane()));
    const { place } = this;
    place.transfer = null;
    place.part("busy").hidden = true;
    place.part("rest").hidden = false;
    if (this.sentence) remark(place, this.sentence);
    else if (this.failed.length) remark(place, fill(place.data.words.failed, { count: this.failed.length, all: this.all }));
    place.tell({ received: this.received, all: this.all, failed: this.failed.length, cancelled: this.stopped });
  }

  async lane() {
    while (!this.stopped && this.waiting.length) {
      const item = this.waiting.shift();
      let answer = await this.put(item);
      if (answer.lost && !this.stopped) answer = await this.put(item); // once more: a line that dropped
      if (answer.ok) this.received += 1;
      else if (!this.stopped) {
        this.failed.push(item.name);
        if (answer.sentence) this.sentence = answer.sentence;
        if (answer.fatal) this.stop();
      }
      this.show();
    }
  }

  put({ file, name }) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      this.requests.add(request);
      request.open("PUT", `${this.place.data.url}?name=${encodeURIComponent(name)}`);
      request.upload.onprogress = (event) => {
        this.sent.set(file, event.loaded);
        this.show();
      };
      request.onloadend = () => {
        this.requests.delete(request);
        const ok = request.status === 200;
        this.sent.set(file, ok ? file.size : 0);
        let sentence = "";
        try {
          sentence = JSON.parse(request.responseText).sentence ?? "";
        } catch {
          sentence = "";
        }
        done({ ok, lost: request.status === 0, sentence, fatal: request.status === 400 && Boolean(sentence) });
      };
      request.send(file);
    });
  }

  stop() {
    this.waiting = [];
    for (const request of this.requests) request.abort();
  }

  cancel() {
    this.stopped = true;
    this.stop();
  }

  show() {
    const { place } = this;
    const { words } = place.data;
    place.part("rest").hidden = true;
    place.part("busy").hidden = false;
    const sent = [...this.sent.values()].reduce((sum, amount) => sum + amount, 0);
    const part = this.bytes ? Math.min(1, sent / this.bytes) : this.received / this.all;
    const seconds = (performance.now() - this.began) / 1000;
    const left = sent > 0 && seconds > 2 ? ((this.bytes - sent) / sent) * seconds : null;
    place.part("count").textContent = fill(words.received, { count: this.received, all: this.all });
    place.part("fill").style.width = `${100 * part}%`;
    place.part("bar").setAttribute("aria-valuenow", String(Math.round(100 * part)));
    const amount = fill(words.amount, { sent: megabytes(sent), all: megabytes(this.bytes) });
    const time = left === null ? "" : ` · ${fill(words.left, { seconds: Math.max(1, Math.round(left)) })}`;
    place.part("amount").textContent = amount + time;
  }
}

function remark(place, text) {
  const line = place.part("remark");
  line.textContent = text;
  line.hidden = !text;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function megabytes(bytes) {
  const amount = bytes / 1e6;
  return amount >= 1000 ? `${(amount / 1000).toFixed(1)} GB` : `${amount >= 10 ? amount.toFixed(0) : amount.toFixed(1)} MB`;
}
