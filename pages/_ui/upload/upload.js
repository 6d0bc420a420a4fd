// Files go straight from here to the server's disk, a few at a time; Python hears of it once, when all have ended.

const PARALLEL = 3;
const SMALL = 500_000; // bytes of a file that goes together with others
const PARCEL_BYTES = 1_000_000;
const PARCEL_FILES = 50;
const LONGEST_WAIT = 30; // seconds between two tries
const PATIENCE = 900; // seconds until a lost line is given up
const WHOLE = 1_000_000; // bytes up to which all of a file counts for its mark
const PIECE = 65_536; // bytes, of a larger one
const PIECES = 16;
const CRC = Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit += 1) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});
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
  const { words, limit, prefix, multiple, unsorted } = place.data;
  remark(place, "");
  if (!chosen.length) return;
  if (!multiple) chosen = chosen.slice(0, 1);
  const loose = chosen.filter(({ name }) => !/\.zip$/i.test(name)).length;
  if (loose > limit) {
    remark(place, fill(words.too_many, { count: loose, limit }));
    return;
  }
  if (prefix) chosen = chosen.map(({ file, name }) => ({ file, name: `${prefix}/${name.split("/").pop()}` }));
  if (unsorted) chosen = withoutRoot(chosen);
  place.transfer = new Transfer(place, chosen);
  place.transfer.run();
}

// The one folder that was chosen says nothing of what is in it.
function withoutRoot(chosen) {
  const roots = new Set(chosen.map(({ name }) => name.slice(0, name.indexOf("/") + 1)));
  const [root] = roots;
  return roots.size > 1 ? chosen : chosen.map(({ file, name }) => ({ file, name: name.slice(root.length) }));
}

// Small files go together, so that thousands need few requests; a large one goes alone.
function parcels(items) {
  const small = items.filter(({ file }) => file.size <= SMALL);
  const made = items.filter(({ file }) => file.size > SMALL).map((item) => [item]);
  let parcel = [];
  let bytes = 0;
  for (const item of small) {
    parcel.push(item);
    bytes += item.file.size;
    if (bytes >= PARCEL_BYTES || parcel.length >= PARCEL_FILES) {
      made.push(parcel);
      parcel = [];
      bytes = 0;
    }
  }
  return parcel.length ? [...made, parcel] : made;
}

class Transfer {
  constructor(place, chosen) {
    this.place = place;
    this.chosen = chosen;
    this.all = chosen.length;
    this.bytes = sum(chosen);
    this.waiting = [];
    this.under_way = new Map(); // request -> bytes
    this.arrived = 0; // bytes
    this.sent = 0; // bytes, of this go alone
    this.received = 0; // files
    this.failed = [];
    this.sentence = "";
    this.lost = 0; // seconds until the next try, while the line is down
    this.began = performance.now();
    this.stopped = false;
  }

  async run() {
    this.show();
    const lacking = await this.missing();
    this.received = this.all - lacking.length;
    this.arrived = this.bytes - sum(lacking);
    const known = this.received;
    this.waiting = parcels(lacking);
    await Promise.all(Array.from({ length: PARALLEL }, () => this.lane()));
    const { place } = this;
    const { words } = place.data;
    place.transfer = null;
    place.part("busy").hidden = true;
    place.part("rest").hidden = false;
    if (this.sentence) remark(place, this.sentence);
    else if (this.failed.length) remark(place, fill(words.failed, { count: this.failed.length, all: this.all }));
    else if (known && !this.stopped) remark(place, fill(words.known, { count: known, all: this.all }), true);
    place.tell({ received: this.received, all: this.all, failed: this.failed.length, cancelled: this.stopped });
  }

  // What an earlier go brought whole is not sent again; of one name and size, its content decides.
  async missing() {
    const marks = new Map();
    let lacking = new Set(await this.lacking(marks));
    if (this.failed.length) return [];
    for (const { file, name } of this.chosen) if (!lacking.has(name)) marks.set(name, await markOf(file));
    if (marks.size) lacking = new Set(await this.lacking(marks));
    return this.chosen.filter(({ name }) => lacking.has(name));
  }

  // Names of files to send; `marks`: name -> mark of the content, where it is to be compared.
  async lacking(marks) {
    const names = JSON.stringify(this.chosen.map(({ file, name }) => [name, file.size, marks.get(name) ?? null]));
    const answer = await this.surely(() => this.ask("POST", `${this.place.data.url}/missing`, new Blob([names]), 0));
    if (answer.ok) return answer.said.missing.map((place) => this.chosen[place].name);
    this.failed = this.chosen.map(({ name }) => name);
    this.sentence = answer.said.sentence ?? "";
    this.stop();
    return [];
  }

  async lane() {
    while (!this.stopped && this.waiting.length) {
      const parcel = this.waiting.shift();
      const answer = await this.surely(() => this.put(parcel));
      if (answer.ok) {
        const refused = answer.said.refused ?? [];
        this.received += parcel.length - refused.length;
        this.failed.push(...refused);
        this.arrived += sum(parcel);
        this.sent += sum(parcel);
      } else if (!this.stopped) {
        this.failed.push(...parcel.map(({ name }) => name));
        if (answer.said.sentence) {
          this.sentence = answer.said.sentence;
          this.stop();
        }
      }
      this.show();
    }
  }

  put(parcel) {
    const [{ file, name }] = parcel;
    const { url } = this.place.data;
    if (parcel.length === 1) return this.ask("PUT", `${url}?name=${encodeURIComponent(name)}`, file, file.size);
    const parts = parcel.flatMap((one) => [`${JSON.stringify({ name: one.name, bytes: one.file.size })}\n`, one.file]);
    return this.ask("POST", url, new Blob(parts), sum(parcel));
  }

  // Again and again, ever more slowly, while the line or the server is gone.
  async surely(attempt) {
    const began = performance.now();
    for (let wait = 1; ; wait = Math.min(LONGEST_WAIT, 2 * wait)) {
      const answer = await attempt();
      if (!answer.lost || this.stopped || performance.now() - began > 1000 * PATIENCE) return answer;
      for (let left = wait; left > 0 && !this.stopped; left -= 1) {
        this.lost = left;
        this.show();
        await new Promise((done) => setTimeout(done, 1000));
      }
      this.lost = 0;
    }
  }

  ask(method, url, body, bytes) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      this.under_way.set(request, 0);
      request.open(method, url);
      request.upload.onprogress = (event) => {
        this.under_way.set(request, Math.min(bytes, event.loaded));
        this.show();
      };
      request.onloadend = () => {
        this.under_way.delete(request);
        let said = {};
        try {
          said = JSON.parse(request.responseText);
        } catch {
          said = {};
        }
        done({ ok: request.status === 200, lost: request.status === 0 || request.status >= 500, said });
      };
      request.send(body);
    });
  }

  stop() {
    this.waiting = [];
    for (const request of this.under_way.keys()) request.abort();
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
    let moving = 0;
    for (const amount of this.under_way.values()) moving += amount;
    const there = this.arrived + moving;
    const part = this.bytes ? Math.min(1, there / this.bytes) : this.received / this.all;
    const seconds = (performance.now() - this.began) / 1000;
    const sent = this.sent + moving;
    const left = sent > 0 && seconds > 2 ? ((this.bytes - there) / sent) * seconds : null;
    place.part("count").textContent = fill(words.received, { count: this.received, all: this.all });
    place.part("fill").style.width = `${100 * part}%`;
    place.part("bar").setAttribute("aria-valuenow", String(Math.round(100 * part)));
    const amount = fill(words.amount, { sent: megabytes(there), all: megabytes(this.bytes) });
    const time = left === null ? "" : ` · ${fill(words.left, { seconds: Math.max(1, Math.round(left)) })}`;
    place.part("amount").textContent = this.lost ? fill(words.lost, { seconds: this.lost }) : amount + time;
  }
}

// As tl_core/data/content_mark.py: CRC-32 of a small file, of a large one of pieces from the first to the last.
async function markOf(file) {
  const { size } = file;
  const starts = Array.from({ length: PIECES }, (_, number) => Math.floor((number * (size - PIECE)) / (PIECES - 1)));
  const pieces = size <= WHOLE ? [file] : starts.map((start) => file.slice(start, start + PIECE));
  let mark = -1;
  try {
    for (const piece of pieces)
      for (const byte of new Uint8Array(await piece.arrayBuffer())) mark = CRC[(mark ^ byte) & 255] ^ (mark >>> 8);
  } catch {
    return -1; // it cannot be read any more: sending it will say so
  }
  return (mark ^ -1) >>> 0;
}

function sum(items) {
  return items.reduce((bytes, { file }) => bytes + file.size, 0);
}

function remark(place, text, calm = false) {
  const line = place.part("remark");
  line.classList.toggle("calm", calm);
  line.setAttribute("role", calm ? "status" : "alert");
  line.textContent = text;
  line.hidden = !text;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function megabytes(bytes) {
  const amount = bytes / 1e6;
  const [value, unit] = amount >= 1000 ? [amount / 1000, "GB"] : [amount, "MB"];
  const digits = unit === "MB" && amount >= 10 ? 0 : 1;
  return `${value.toLocaleString(document.documentElement.lang || "en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
}
