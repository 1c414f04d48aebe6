// The scan page of readers. A scan is kept in sessionStorage with its key until the library has
// answered: without an answer it is sent again and again under the same key, which is harmless, and
// the page says in large type that nothing is done yet. A reload goes on where it was.
import { Camera, codeInPhoto, hasCamera } from "./camera.js";
import { newKey } from "./forms.js";
import { play } from "./sound.js";

const AGAIN_MS = 3_000;
const PATIENCE_MS = 15_000;
const SLOW_MS = 600; // an answer sooner than this needs no spinner
const GIVE_UP_MS = 60_000;
const ANSWERED = [200, 409, 422];

class SelfScan {
  constructor(root) {
    this.root = root;
    this.form = root.querySelector("form[data-self-form]");
    this.store = root.dataset.store;
    this.answer = document.getElementById("answer");
    this.pendingBox = root.querySelector("[data-pending]");
    this.isSending = false;
    root.addEventListener("submit", (event) => this.onSubmit(event), true);
    root.querySelector("[data-give-up]").addEventListener("click", () => this.giveUp());
    addEventListener("online", () => this.send());
    addEventListener("beforeunload", (event) => this.pending() && event.preventDefault());
    setInterval(() => this.send(), AGAIN_MS);
    this.wireCamera();
    this.show();
    this.send();
  }

  wireCamera() {
    const find = (name) => this.form.querySelector(`[data-${name}]`);
    const [button, lamp, video] = [find("camera"), find("lamp"), find("camera-view")];
    const photo = find("camera-photo");
    if (photo && window.WebAssembly) {
      photo.closest("label").hidden = false;
      photo.addEventListener("change", async () => {
        const text = photo.files[0] ? await codeInPhoto(photo.files[0]) : null;
        find("camera-nothing").hidden = Boolean(text) || !photo.files[0];
        photo.value = "";
        if (text) this.take(text);
      });
    }
    if (!hasCamera()) return;
    const camera = new Camera(video, (text) => this.take(text), () => {
      video.hidden = !camera.isOpen;
      lamp.hidden = !camera.hasLamp;
      find("when-closed").hidden = camera.isOpen;
      find("when-open").hidden = !camera.isOpen;
      if (photo) photo.closest("label").hidden = camera.isOpen;
    });
    button.hidden = false;
    button.addEventListener("click", async () => {
      find("camera-refused").hidden = true;
      if (camera.isOpen) return camera.close();
      find("camera-refused").hidden = await camera.open();
    });
    lamp.addEventListener("click", () => {
      const isOn = lamp.getAttribute("aria-pressed") !== "true";
      lamp.setAttribute("aria-pressed", String(isOn));
      camera.lamp(isOn);
    });
  }

  pending() {
    try {
      return JSON.parse(sessionStorage.getItem(this.store) ?? "null");
    } catch {
      return null;
    }
  }

  onSubmit(event) {
    const form = event.target;
    if (!form.matches("[data-self-form]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = form.querySelector("input[name=scan]");
    this.take(event.submitter?.value || field?.value || "");
    if (field) field.value = "";
  }

  // One at a time: what is scanned while an answer is awaited is not borrowed behind one's back.
  take(given) {
    const text = given.trim().slice(0, 1000);
    if (!text || this.pending()) return;
    const place = this.wayIn(text);
    if (place) return location.assign(place);
    const { do: what, for: whom } = this.form.elements;
    const fields = { scan: text, do: what.value, for: whom?.value ?? "" };
    const kept = { key: newKey(), fields, at: Date.now() };
    sessionStorage.setItem(this.store, JSON.stringify(kept));
    this.answer.replaceChildren();
    setTimeout(() => this.show(), SLOW_MS);
    this.send();
  }

  // The code at the door or at a return point, read by this page instead of another scanner.
  wayIn(text) {
    const start = this.root.dataset.here;
    try {
      const { pathname } = new URL(text);
      return pathname.startsWith(start) ? pathname : "";
    } catch {
      return "";
    }
  }

  async send() {
    const kept = this.pending();
    if (!kept || this.isSending) return;
    this.isSending = true;
    try {
      const answer = await fetch(this.form.action, {
        method: "POST",
        body: new URLSearchParams(kept.fields),
        headers: {
          ...JSON.parse(document.body.getAttribute("hx-headers")),
          "Idempotency-Key": kept.key,
          "Jieyue-Scan": "1",
        },
        credentials: "same-origin",
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.type === "opaqueredirect") return this.signIn();
      if (ANSWERED.includes(answer.status)) this.done(await answer.text());
      else if (answer.status === 403) return location.reload(); // the page was open too long
      else this.show();
    } catch {
      this.show();
    } finally {
      this.isSending = false;
    }
  }

  // The session ended: the scan waits, and goes on after signing in.
  signIn() {
    this.isSending = true;
    location.reload();
  }

  done(text) {
    sessionStorage.removeItem(this.store);
    this.answer.innerHTML = text; // our own server's template, and the policy forbids scripts in it
    this.show();
    const sound = this.answer.querySelector("[data-sound]");
    play(sound?.dataset.sound);
    if (sound) navigator.vibrate?.(sound.dataset.sound === "done" ? 80 : [60, 80, 60]);
    (sound ?? this.answer).scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  // What was given up may still have reached the library; loans say so, and the note says it too.
  giveUp() {
    sessionStorage.removeItem(this.store);
    location.reload();
  }

  show() {
    const kept = this.pending();
    this.pendingBox.hidden = !kept;
    this.form.hidden = Boolean(kept);
    if (!kept) return;
    this.pendingBox.querySelector("[data-pending-text]").textContent = kept.fields.scan;
    const isLong = Date.now() - kept.at > GIVE_UP_MS;
    this.pendingBox.querySelector("[data-give-up]").hidden = !isLong;
  }
}

for (const root of document.querySelectorAll("[data-self-scan]")) new SelfScan(root);
