// The camera: opened when asked, let go when its place is left, and a sentence for whatever is in the way.

class Webcam {
  constructor(root, changed) {
    this.root = root;
    this.changed = changed; // called with true when there is a picture, false when there is none any more
    this.part = (name) => root.querySelector(`.${name}`);
    this.video = this.part("video");
    this.canvas = document.createElement("canvas");
    this.stream = null;
    this.opening = 0;
    this.part("turn-on").onclick = () => this.open();
    this.part("device").onchange = () => this.open(this.part("device").value);
    this.part("mirror").onchange = () => this.mirror();
    this.watch = setInterval(() => this.stream && !root.isConnected && this.close(), 500); // should nobody have told us
    this.mirror();
  }

  say(words) {
    this.words = words;
    this.part("turn-on").textContent = words.camera_on;
    this.part("pick-label").textContent = words.camera_device;
    this.part("mirror-label").textContent = words.camera_mirror;
    this.part("mirror-label").title = words.camera_mirror_help;
    this.video.setAttribute("aria-label", words.camera_preview);
    if (!this.began) this.begin();
  }

  async begin() {
    // Whoever has allowed it before is not asked to press a button for it.
    this.began = true;
    if (!possible()) return this.fail("insecure");
    this.part("problem").textContent = this.words.camera_ask;
    try {
      const known = await navigator.permissions.query({ name: "camera" });
      if (known.state === "granted") this.open();
    } catch {
      // a browser that does not tell
    }
  }

  async open(device = "") {
    if (!possible()) return this.fail("insecure");
    const turn = ++this.opening;
    this.release();
    const size = { width: { ideal: 640 }, height: { ideal: 480 } };
    let stream;
    try {
      const video = device ? { ...size, deviceId: { exact: device } } : { ...size, facingMode: "user" };
      stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch (error) {
      const known = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none" };
      if (turn === this.opening) this.fail(known[error.name] ?? "taken");
      return;
    }
    if (turn !== this.opening || !this.root.isConnected) return stop(stream); // left, or asked anew, meanwhile
    this.stream = stream;
    const [track] = stream.getVideoTracks();
    track.onended = () => this.stream === stream && this.fail("lost");
    this.video.srcObject = stream;
    await this.video.play().catch(() => {});
    if (this.stream !== stream) return;
    this.part("frame").style.aspectRatio = `${this.video.videoWidth || 4} / ${this.video.videoHeight || 3}`;
    this.video.hidden = false;
    this.part("off").hidden = true;
    this.part("controls").hidden = false;
    this.offer(track.getSettings().deviceId ?? "");
    this.changed(true);
  }

  async offer(now) {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
    const options = cameras.map(({ deviceId, label }, place) => new Option(label || String(place + 1), deviceId));
    this.part("device").replaceChildren(...options);
    this.part("device").value = now;
    this.part("pick").hidden = cameras.length < 2;
  }

  fail(reason) {
    this.release();
    this.part("problem").textContent = this.words[`camera_${reason}`];
    this.part("turn-on").hidden = reason === "insecure";
    this.changed(false);
  }

  release() {
    if (this.stream) stop(this.stream);
    this.stream = null;
    this.video.srcObject = null;
    this.video.hidden = true;
    this.part("off").hidden = false;
    this.part("controls").hidden = true;
  }

  close() {
    this.opening += 1;
    this.release();
    clearInterval(this.watch);
    this.changed(false);
  }

  mirror() {
    this.video.classList.toggle("mirrored", this.part("mirror").checked); // the preview alone: pictures stay as they are
  }

  // The picture of this moment as a JPEG; null while there is none.
  grab(side) {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!this.stream || !width || !height) return Promise.resolve(null);
    const scale = Math.min(1, side / Math.max(width, height));
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return new Promise((done) => this.canvas.toBlob(done, "image/jpeg", 0.85));
  }
}

function possible() {
  return window.isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
