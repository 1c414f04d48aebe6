// Shows what the camera sees and tells which codes are in it.
//
// In a form: `[data-camera]` opens and closes the camera, `[data-camera-view]` is the <video>,
// `[data-camera-refused]` is shown when the camera stays closed, and an `input[data-camera-photo]`
// in a label takes a photo instead, which works where the camera does not (plain http, some apps).
// The decoder is fetched when one of them is used, not before.
const LOOK_MS = 120;
const REST_MS = 2_500; // the same code is not told again at once
const FRAMES = 2; // a value counts when it is seen in as many successive frames
const FRAMES_OF_ISBN = 3; // the copy's own code on the same cover is told first

const decoder = () => import("./decoder.js");
export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia && window.WebAssembly);

// The camera in one <video>; `onCode(text)` hears each code, `onChange()` that it opened or closed.
export class Camera {
  constructor(video, onCode, onChange = () => {}) {
    Object.assign(this, { video, onCode, onChange });
    this.stream = null;
    this.isWanted = false;
    this.seen = new Map(); // text -> in how many successive frames
    this.told = { text: "", at: 0 };
    // A phone takes the camera away from a page in the background.
    document.addEventListener("visibilitychange", () => {
      if (!this.isWanted) return;
      if (document.hidden) this.release();
      else this.open();
    });
  }

  get isOpen() {
    return Boolean(this.stream);
  }

  async open() {
    this.isWanted = true;
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const wanted = { video: { facingMode: "environment", ...size }, audio: false };
    const loading = decoder();
    const stream = await navigator.mediaDevices.getUserMedia(wanted).catch(() => null);
    const reader = await loading.catch(() => null);
    if (!stream || !reader || !this.isWanted || this.stream) {
      stream?.getTracks().forEach((track) => track.stop());
      if (!this.stream) this.close();
      return this.isOpen;
    }
    this.stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => this.close());
    this.video.srcObject = stream;
    this.onChange();
    await this.video.play().catch(() => {});
    this.look(reader, stream);
    return true;
  }

  close() {
    this.isWanted = false;
    this.release();
    this.onChange();
  }

  release() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.seen.clear();
  }

  async look(reader, stream) {
    if (this.stream !== stream) return;
    const codes = await reader.codesIn(this.video).catch(() => []);
    if (this.stream === stream) this.note(codes);
    setTimeout(() => this.look(reader, stream), LOOK_MS);
  }

  note(codes) {
    const counted = codes.map(({ text }) => [text, (this.seen.get(text) ?? 0) + 1]);
    this.seen = new Map(counted);
    const sure = codes.find(({ format, text }) => {
      return this.seen.get(text) >= (format === "ean_13" ? FRAMES_OF_ISBN : FRAMES);
    });
    if (!sure) return;
    const isNew = sure.text !== this.told.text || Date.now() - this.told.at > REST_MS;
    this.told = { text: sure.text, at: Date.now() };
    if (isNew) this.onCode(sure.text);
  }

  // The phone's lamp, where the browser lets pages switch it.
  get hasLamp() {
    return Boolean(this.stream?.getVideoTracks()[0].getCapabilities?.().torch);
  }

  lamp(isOn) {
    const track = this.stream?.getVideoTracks()[0];
    return track?.applyConstraints({ advanced: [{ torch: isOn }] }).catch(() => {});
  }
}

// What is in a photo somebody took, or null.
export async function codeInPhoto(file) {
  const codes = await (await decoder()).codesInPhoto(file).catch(() => []);
  return codes[0]?.text ?? null;
}

function wirePhoto(form, onCode) {
  const input = form.querySelector("[data-camera-photo]");
  if (!input || !window.WebAssembly) return;
  const nothing = form.querySelector("[data-camera-nothing]");
  input.closest("label").hidden = false;
  input.addEventListener("change", async () => {
    const text = input.files[0] ? await codeInPhoto(input.files[0]).catch(() => null) : null;
    if (nothing) nothing.hidden = Boolean(text) || !input.files[0];
    input.value = "";
    if (text) onCode(text);
  });
}

export function startCamera(form, onCode) {
  const button = form.querySelector("[data-camera]");
  const video = form.querySelector("[data-camera-view]");
  const refused = form.querySelector("[data-camera-refused]");
  if (!button || !video) return;
  wirePhoto(form, onCode);
  if (!hasCamera()) return;
  const camera = new Camera(video, onCode, () => {
    video.hidden = !camera.isOpen;
    button.setAttribute("aria-pressed", String(camera.isOpen));
  });
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (refused) refused.hidden = true;
    if (camera.isOpen) return camera.close();
    const isOpen = await camera.open();
    if (refused) refused.hidden = isOpen;
  });
}
