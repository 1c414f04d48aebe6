// The scan box: <form data-scan hx-post=…>, in it <input name="q" data-scan-field> and the key.
//
// A scanner types like a keyboard. With a Chinese input method on, any editable field loses or
// doubles its letters; a readonly one gets clean keys. So the field rests readonly and collects the
// keys itself: codes, and also letters, which find readers by pinyin or initials. For Chinese words
// press F6, click the field or a `data-type-words` button: it is editable until Enter, Escape, or
// a while without a key. No timing tells a scan from typing: a busy machine once split a scan in
// two, and the half matched another book.
//
// Scans queue up. What is sent travels beside the field, never in it, so the next scan can be read
// while the answer to the last is awaited. Each is sent with a key of its own once everything
// before it has been answered. When one fails, it and all after it wait, shown in the box, until
// Enter (or the network) sends them again with the same keys; Escape gives them up.
import { startCamera } from "./camera.js";
import { newKey } from "./forms.js";
import { hideTrouble } from "./trouble.js";

const MAX_LENGTH = 1000; // an address from a QR code fits
const TYPING_ENDS_MS = 20_000;
const ANSWERED = /^(2..|409|422)$/;

export function wireScans() {
  const selector = "form[data-scan]:not([data-stock-scan])"; // these: stock.js
  for (const form of document.querySelectorAll(selector)) new ScanBox(form);
}

const isTextField = (element) =>
  element.matches(
    "textarea,select,[contenteditable],input:not([readonly],[type=checkbox],[type=radio])",
  );

export class ScanBox {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("[data-scan-field]");
    this.hint = this.field.placeholder;
    this.waiting = []; // {text, key}, oldest first
    this.sent = null; // what has been sent and not answered
    this.hasFailed = false;
    this.others = new Set(); // other requests that change the page this box belongs to
    // What was scanned while the page loaded stays; what the browser remembered goes.
    if (document.activeElement !== this.field) this.field.value = "";
    form.noValidate = true;
    this.type(false);
    this.listen();
    this.listenToHtmx();
    this.comeBack();
    startCamera(form, (text) => this.hear(text)); // where the form has a camera
  }

  // A code that no keyboard typed: from the camera.
  hear(text) {
    this.waiting.push({ text: plainDigits(text.slice(0, MAX_LENGTH)), key: newKey() });
    this.again();
  }

  listen() {
    const { form, field } = this;
    form.addEventListener("submit", (event) => this.onSubmit(event), true);
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("paste", (event) => this.onPaste(event));
    field.addEventListener("input", () => this.startTimer());
    field.addEventListener("pointerdown", () => this.type(true));
    field.addEventListener("blur", () => setTimeout(() => this.onBlur()));
    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-type-words]")) this.type(true);
    });
    document.addEventListener("keydown", (event) => this.onKeyElsewhere(event), true);
    document.addEventListener("close", () => this.comeBack(), true); // of a dialog
    addEventListener("focus", () => this.comeBack());
    addEventListener("online", () => this.again());
  }

  listenToHtmx() {
    const on = (name, act) => document.body.addEventListener(name, (event) => act(event.detail));
    on("htmx:configRequest", ({ elt, parameters }) => {
      if (elt !== this.form || !this.sent) return;
      parameters[this.field.name] = this.sent.text;
      const key = this.form.querySelector("[data-idempotency]");
      if (key) parameters[key.name] = this.sent.key;
    });
    on("htmx:beforeSend", ({ elt, xhr, requestConfig }) => {
      // A link ("next reader") changes what the next scan means; a list that refreshes does not.
      const isChange = requestConfig.verb !== "get" || elt.matches("a");
      if (elt !== this.form && isChange) this.others.add(xhr);
    });
    on("htmx:afterRequest", ({ elt, xhr }) => {
      if (elt === this.form) this.onAnswer(xhr.status);
      else if (this.others.delete(xhr)) this.pump();
    });
    on("htmx:afterSettle", () => this.comeBack());
  }

  type(on) {
    this.isTyping = on;
    this.field.readOnly = !on;
    this.form.toggleAttribute("data-typing", on);
    if (on) this.field.focus();
    this.startTimer();
  }

  startTimer() {
    clearTimeout(this.timer);
    if (!this.isTyping) return;
    this.timer = setTimeout(() => {
      if (this.field.value) this.startTimer();
      else this.type(false);
    }, TYPING_ENDS_MS);
  }

  onKey(event) {
    // 229: Safari says only so that Enter ended a composition, not a word.
    if (this.isTyping && (event.isComposing || event.keyCode === 229)) return;
    if (event.key === "Enter" || (event.key === "Tab" && !this.isTyping && this.field.value)) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.take();
    } else if (event.key === "Escape" && this.escape()) {
      event.preventDefault();
      event.stopPropagation();
    } else if (!this.isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.collect(event);
    }
  }

  collect(event) {
    if (event.key === "Backspace") this.field.value = this.field.value.slice(0, -1);
    else if (event.key.length !== 1) return;
    else if (this.field.value.length < MAX_LENGTH) this.field.value += event.key;
    event.preventDefault();
  }

  // A scan while a button has the focus must neither get lost nor press the button with its Enter.
  onKeyElsewhere(event) {
    const at = event.target;
    if (!(at instanceof Element) || document.querySelector("dialog[open]")) return;
    if (event.key === "F6") {
      event.preventDefault();
      this.type(true);
      return;
    }
    if (at === this.field || isTextField(at) || event.key.length !== 1 || event.key === " ") return;
    if (!event.ctrlKey && !event.metaKey && !event.altKey) {
      this.field.focus({ preventScroll: true });
      this.collect(event);
      event.stopPropagation();
    }
  }

  onPaste(event) {
    if (this.isTyping) return;
    event.preventDefault();
    this.field.value = event.clipboardData.getData("text").trim().slice(0, MAX_LENGTH);
  }

  onBlur() {
    const hasLeft = document.activeElement !== this.field;
    if (this.isTyping && !this.field.value && hasLeft) this.type(false);
    this.comeBack();
  }

  // Escape empties the box, then gives up what could not be sent; false when there was neither.
  escape() {
    const hadSomething = this.isTyping || this.field.value || this.hasFailed;
    if (this.hasFailed && !this.field.value) {
      this.waiting = [];
      this.hasFailed = false;
      hideTrouble();
    }
    this.field.value = "";
    this.type(false);
    this.show();
    return Boolean(hadSomething);
  }

  onSubmit(event) {
    if (this.sent && !this.sent.isOnItsWay) {
      this.sent.isOnItsWay = true; // ours
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    this.take();
  }

  take() {
    const text = this.field.value.trim().slice(0, MAX_LENGTH);
    this.field.value = "";
    if (this.isTyping) this.type(false);
    if (text) this.waiting.push({ text: plainDigits(text), key: newKey() });
    this.again();
  }

  again() {
    this.hasFailed = false;
    this.pump();
  }

  pump() {
    if (!this.sent && !this.hasFailed && !this.others.size && this.waiting.length) {
      this.sent = this.waiting.shift();
      this.sent.isOnItsWay = false;
      this.form.requestSubmit();
    }
    this.show();
  }

  onAnswer(status) {
    if (!this.sent) return;
    if (!ANSWERED.test(String(status))) {
      this.waiting.unshift(this.sent);
      this.hasFailed = true;
    }
    this.sent = null;
    setTimeout(() => this.pump()); // htmx lets go of the form a moment later
  }

  // What is on its way, or could not be sent, stands in the box where the hint is otherwise.
  show() {
    const codes = [this.sent, ...this.waiting].filter(Boolean).map((one) => one.text);
    this.field.placeholder = codes.join("  ·  ") || this.hint;
    this.form.toggleAttribute("data-failed", this.hasFailed);
    this.form.toggleAttribute("data-sending", Boolean(this.sent));
  }

  // Focus comes back by itself, but never out of a dialog or another field.
  comeBack() {
    const at = document.activeElement;
    if ((!at || at === document.body) && !document.querySelector("dialog[open]")) {
      this.field.focus({ preventScroll: true });
    }
  }
}

// An input method in full-width mode types ３００１; codes are plain.
const plainDigits = (text) => (/^[\uff10-\uff19]+$/.test(text) ? text.normalize("NFKC") : text);
