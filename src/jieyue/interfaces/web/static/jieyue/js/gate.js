// The guard's page: reads a receipt's code, asks the library what is true now, and without network
// checks the signature with the library's public keys, which it keeps from the last time. Then it
// also remembers which receipts it let through, until they are over: a photo shown twice is told.
import { Camera, hasCamera } from "./camera.js";
import { newKey } from "./forms.js";
import { play } from "./sound.js";

const PATIENCE_MS = 4_000;
const KEYS = "jieyue-gate-keys-"; // and the library: one browser may serve several
const PASSED = "jieyue-gate-passed-";
const LEEWAY_SECONDS = 120; // this device's clock and the library's

const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

async function verified(text, kept) {
  const [payload, signature] = text.split(".");
  const said = JSON.parse(new TextDecoder().decode(bytes(payload)));
  const key = kept?.keys?.[said.k];
  if (!key || said.l !== kept.library) return null;
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const ready = await crypto.subtle.importKey("spki", bytes(key), kind, false, ["verify"]);
  const how = { name: "ECDSA", hash: "SHA-256" };
  const data = new TextEncoder().encode(payload);
  return (await crypto.subtle.verify(how, ready, bytes(signature), data)) ? said : null;
}

const stored = (name) => JSON.parse(localStorage.getItem(name) ?? "null");
const clockTime = (seconds) => new Date(seconds * 1000).toTimeString().slice(0, 5);

class Gate {
  constructor(root) {
    this.root = root;
    this.keys = KEYS + root.dataset.library;
    this.passed = PASSED + root.dataset.library;
    this.verdict = document.getElementById("verdict");
    this.fetchKeys();
    setInterval(() => this.fetchKeys(), 600_000);
    const find = (name) => root.querySelector(`[data-${name}]`);
    root.querySelector("form").addEventListener("submit", (event) => {
      const text = event.target.elements.receipt.value.trim();
      if (!text) return event.preventDefault();
      event.preventDefault();
      this.take(text);
    });
    this.verdict.addEventListener("submit", (event) => {
      if (event.target.matches("[data-passing]")) this.pass(event);
    });
    this.verdict.addEventListener("click", (event) => {
      if (!event.target.closest("[data-pass]")) return;
      this.remember(this.shown);
      this.show(this.template("passed-here"), "done");
    });
    if (!hasCamera()) return;
    const video = find("camera-view");
    const camera = new Camera(video, (text) => this.take(text), () => {
      video.hidden = !camera.isOpen;
      find("when-closed").hidden = camera.isOpen;
      find("when-open").hidden = !camera.isOpen;
    });
    find("camera").hidden = false;
    find("camera").addEventListener("click", async () => {
      if (camera.isOpen) return camera.close();
      find("camera-refused").hidden = await camera.open();
    });
  }

  async fetchKeys() {
    const answer = await fetch(this.root.dataset.keys, { redirect: "manual" }).catch(() => null);
    if (answer?.status === 200) localStorage.setItem(this.keys, await answer.text());
  }

  async take(text) {
    const found = /(?:\/r\/)?([0-9A-Za-z]{6,12})(?:#(.*))?$/.exec(text);
    if (!found) return this.show(this.filled("bad", { forged: true }), "look");
    const [, number, signed] = found;
    const address = `${this.root.dataset.check}${number}/`;
    const headers = { "Jieyue-Scan": "1" };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(address, { headers, signal, redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") return location.reload(); // locked or signed out
    if (answer && [200, 404].includes(answer.status)) {
      const template = document.createElement("template");
      template.innerHTML = await answer.text(); // our own server's template
      const found = template.content.querySelector("[data-count]");
      const good = found?.matches("[data-good]");
      const before = this.before(number);
      this.shown = { receipt: number, ...found?.dataset };
      if (good && before) template.content.prepend(this.told(before));
      this.show(template.content, good && !before ? "done" : "look");
      this.fetchKeys(); // the library's first receipt made its first key
      return this.prepare();
    }
    return this.offline(signed);
  }

  async offline(signed) {
    const kept = stored(this.keys);
    const said = signed ? await verified(signed, kept).catch(() => null) : null;
    const now = Date.now() / 1000;
    if (!said) return this.show(this.filled("bad", { forged: true }), "look");
    if (said.e + LEEWAY_SECONDS < now || said.t - LEEWAY_SECONDS > now) {
      return this.show(this.filled("bad", { over: true }), "look");
    }
    const before = this.before(said.r);
    const content = this.filled("good", said);
    if (before) content.prepend(this.told(before));
    this.shown = { receipt: said.r, count: said.n, ends: said.e };
    return this.show(content, before ? "look" : "done");
  }

  // What this browser let through without network, by receipt; those that are over are forgotten.
  before(receipt) {
    const known = Object.entries(stored(this.passed) ?? {});
    const now = Date.now() / 1000;
    const still = known.filter(([, one]) => one.ends + LEEWAY_SECONDS > now);
    if (still.length < known.length) {
      localStorage.setItem(this.passed, JSON.stringify(Object.fromEntries(still)));
    }
    return Object.fromEntries(still)[receipt];
  }

  remember({ receipt, count, ends }) {
    const one = { at: Date.now() / 1000, count: Number(count), ends: Number(ends) };
    const known = { ...stored(this.passed), [receipt]: one };
    localStorage.setItem(this.passed, JSON.stringify(known));
  }

  told(before) {
    const content = this.template("before");
    content.querySelector("[data-at]").textContent = clockTime(before.at);
    content.querySelector("[data-then]").textContent = before.count;
    return content;
  }

  // The page stays, for without network it could not be opened again.
  async pass(event) {
    event.preventDefault();
    const form = event.target;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const headers = { "Jieyue-Scan": "1" };
    const asked = { method: "POST", body: new FormData(form), headers, redirect: "manual", signal };
    const answer = await fetch(form.action, asked).catch(() => null);
    if (answer && answer.status !== 204) return form.submit(); // the page says what is wrong
    if (!answer) this.remember(this.shown);
    return this.show(this.template(answer ? "passed" : "passed-here"), "done");
  }

  template(name) {
    return document.querySelector(`template[data-${name}]`).content.cloneNode(true);
  }

  filled(name, said) {
    const content = this.template(`offline-${name}`);
    for (const what of ["over", "forged"]) {
      const place = content.querySelector(`[data-${what}]`);
      if (place) place.hidden = !said[what];
    }
    if (name === "bad") return content;
    content.querySelector("[data-count]").textContent = said.n;
    content.querySelector("[data-time]").textContent = clockTime(Date.now() / 1000);
    const items = said.b.map(([code, title]) => {
      const item = document.createElement("li");
      item.textContent = `…${code}  ${title}`;
      return item;
    });
    content.querySelector("[data-books]").append(...items);
    return content;
  }

  show(content, sound) {
    this.verdict.replaceChildren(content);
    play(sound);
    this.verdict.scrollIntoView({ block: "nearest" });
  }

  // Forms that came with an answer get their keys, as those of the page have.
  prepare() {
    window.htmx?.process(this.verdict);
    for (const input of this.verdict.querySelectorAll("input[data-idempotency]")) {
      input.value ||= newKey();
    }
  }
}

for (const root of document.querySelectorAll("[data-gate]")) new Gate(root);
