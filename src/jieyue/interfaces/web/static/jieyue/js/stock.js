// Scans of a stock-take: kept in the browser until the server has counted them.
//
// <form data-scan data-stock-scan data-store="name">: a scan box (scan.js) whose scans first go
// into localStorage, with an id and the moment they were made, then to the server, oldest first.
// An answer names the ids it is about; only these are forgotten. So a reload, a dead spot between
// the shelves or a paused count loses nothing; and since the server counts each book once, sending
// twice does no harm. Moments travel as ages in seconds: a phone's clock may be wrong.
import { newKey } from "./forms.js";
import { startCamera } from "./camera.js";
import { ScanBox } from "./scan.js";
import { play } from "./sound.js";
import { hideTrouble, showTrouble } from "./trouble.js";

const AT_ONCE = 50;
const AGAIN_MS = 4_000;
const PATIENCE_MS = 20_000;
const SHOWN = 12; // answers
const GRAVITY = ["refused", "look", "done"];

export function wireStockScans() {
  for (const form of document.querySelectorAll("form[data-stock-scan]")) new StockScans(form);
}

class StockScans extends ScanBox {
  constructor(form) {
    super(form);
    this.store = form.dataset.store;
    this.scanner = scannerOf();
    this.shelf = form.querySelector("[data-shelf]");
    const place = `${this.store}-shelf`;
    this.shelf.value ||= localStorage.getItem(place) ?? "";
    this.shelf.addEventListener("change", () => localStorage.setItem(place, this.shelf.value));
    setInterval(() => this.send(), AGAIN_MS);
    startCamera(form, (text) => this.keep(text));
    this.send();
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.store) ?? "[]");
    } catch {
      return [];
    }
  }

  onSubmit(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    this.take();
  }

  take() {
    const text = this.field.value.trim().slice(0, 1000);
    this.field.value = "";
    if (this.isTyping) this.type(false);
    if (text) this.keep(text.normalize("NFKC"));
  }

  keep(text) {
    const scan = { id: newKey(), text, at: Date.now(), shelf: this.shelf.value.trim() };
    localStorage.setItem(this.store, JSON.stringify([...this.kept(), scan]));
    if (navigator.onLine === false) play("kept");
    this.send();
  }

  // The network is back.
  again() {
    if (this.store) this.send();
  }

  // Nothing of a scan box that sends through the form itself.
  pump() {}

  onAnswer() {}

  show() {}

  async send() {
    const batch = this.kept().slice(0, AT_ONCE);
    this.showWaiting(this.isSending);
    if (this.isSending || !batch.length || navigator.onLine === false) return;
    this.isSending = true;
    let isDone = false;
    try {
      isDone = await this.post(batch);
    } catch {
      this.hasFailed = true;
      play("kept");
    } finally {
      this.isSending = false;
    }
    this.showWaiting(false);
    if (isDone) this.send();
  }

  async post(batch) {
    const scans = batch.map(({ id, text, at, shelf }) => {
      return { id, text, shelf, age: Math.max(0, Math.round((Date.now() - at) / 1000)) };
    });
    const answer = await fetch(this.form.action, {
      method: "POST",
      body: new URLSearchParams({ scanner: this.scanner, scans: JSON.stringify(scans) }),
      headers: JSON.parse(document.body.getAttribute("hx-headers")),
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.type === "opaqueredirect") return location.reload(); // locked or signed out
    const place = document.getElementById("stock-answer");
    if (answer.status === 409) {
      const isNew = !place.textContent.trim();
      place.innerHTML = await answer.text(); // our own server's template
      if (isNew) play("refused");
      return false;
    }
    if (answer.status !== 200) {
      if (!this.hasFailed) showTrouble(answer.status === 403 ? "forbidden" : "failed");
      this.hasFailed = true;
      return false;
    }
    if (this.hasFailed) hideTrouble();
    this.hasFailed = false;
    place.textContent = "";
    return this.counted(await answer.text());
  }

  // Shows the answers and forgets what they are about; says whether there were any.
  counted(text) {
    const template = document.createElement("template");
    template.innerHTML = text; // our own server's template, and the policy forbids scripts in it
    const answers = [...template.content.querySelectorAll("[data-answer]")];
    const ids = new Set(answers.map((answer) => answer.dataset.answer));
    const left = this.kept().filter((scan) => !ids.has(scan.id));
    localStorage.setItem(this.store, JSON.stringify(left));
    const list = document.getElementById("seen");
    list.prepend(...answers);
    while (list.children.length > SHOWN) list.lastElementChild.remove();
    const tones = new Set(answers.map((answer) => answer.dataset.tone));
    play(GRAVITY.find((tone) => tones.has(tone)));
    return answers.length > 0;
  }

  showWaiting(isOnItsWay) {
    const scans = this.kept();
    const box = document.getElementById("waiting");
    // What goes through at once need not flicker.
    box.hidden = !scans.length || (isOnItsWay && !this.hasFailed);
    box.querySelector("[data-waiting-count]").textContent = scans.length;
    const items = scans.slice(-10).map((scan) => {
      const item = document.createElement("li");
      item.className = "code";
      const time = new Date(scan.at).toTimeString().slice(0, 5);
      item.textContent = `${time}  ${scan.text}`;
      return item;
    });
    box.querySelector("[data-waiting-list]").replaceChildren(...items);
  }
}

// Whose run of scans this is: the order of two people's books is not compared.
function scannerOf() {
  const name = "jieyue-scanner";
  const known = localStorage.getItem(name) ?? newKey().replaceAll("-", "").slice(0, 16);
  localStorage.setItem(name, known);
  return known;
}
