// The scan box: <form data-scan hx-post=…><input name="q" data-scan-field><input data-idempotency>.
//
// A scanner types like a keyboard. With a Chinese input method on, any editable field loses or doubles
// its letters; a readonly one gets clean keys. So the field rests readonly and collects the keys
// itself: codes, and also letters, which find readers by pinyin or initials. For Chinese words press
// F6 (or click the field): it becomes editable until Enter or Escape. No timing is used to tell a
// scan from typing: a busy machine once split a scan in two and the half matched another book.
//
// Scans queue up: each is sent with a key of its own once the answer to the one before has come. If
// the network fails, the code stays in the box and Enter sends it again with the same key.
import { newKey } from "./forms.js";
import { play } from "./sound.js";

const MAX_LENGTH = 200;

export function wireScans() {
  for (const form of document.querySelectorAll("form[data-scan]")) wire(form);
}

function wire(form) {
  const field = form.querySelector("[data-scan-field]");
  const key = form.querySelector("[data-idempotency]");
  const waiting = [];
  let current = null; // {text, key} that has been sent and not answered
  let isTyping = false;
  field.readOnly = true;
  field.value = "";

  const show = () => form.toggleAttribute("data-typing", isTyping);
  const type = (on) => {
    isTyping = on;
    field.readOnly = !on;
    show();
    if (on) field.focus();
  };

  function pump() {
    if (current || !waiting.length) return;
    current = waiting.shift();
    field.value = current.text;
    key.value = current.key;
    form.requestSubmit();
  }

  function take(text) {
    const trimmed = text.trim().slice(0, MAX_LENGTH);
    field.value = "";
    if (isTyping) type(false);
    if (!trimmed) return;
    waiting.push({ text: trimmed, key: newKey() });
    pump();
  }

  form.addEventListener("submit", (event) => {
    if (current) return; // ours, or a double press while it is on its way
    event.preventDefault();
    event.stopImmediatePropagation();
    take(field.value);
  }, true);

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" || (event.key === "Tab" && !isTyping && field.value)) {
      event.preventDefault();
      if (current?.failed) retry();
      else take(field.value);
      return;
    }
    if (event.key === "Escape" && (isTyping || field.value)) {
      event.preventDefault();
      event.stopPropagation();
      field.value = "";
      current = null;
      type(false);
      return;
    }
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "F6") {
      event.preventDefault();
      type(true);
    } else if (event.key === "Backspace") {
      event.preventDefault();
      field.value = field.value.slice(0, -1);
    } else if (event.key.length === 1) {
      event.preventDefault();
      if (field.value.length < MAX_LENGTH) field.value += event.key;
    }
  });
  field.addEventListener("paste", (event) => {
    if (isTyping) return;
    event.preventDefault();
    field.value = (event.clipboardData.getData("text") || "").trim().slice(0, MAX_LENGTH);
  });
  field.addEventListener("pointerdown", () => type(true));
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-type-words]")) type(true);
  });

  function retry() {
    const again = current;
    current = null;
    waiting.unshift({ text: again.text, key: again.key });
    pump();
  }

  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    const status = event.detail.xhr.status;
    if (!status || status >= 500) {
      current = current && { ...current, failed: true };
      play("refused");
      return; // the code stays in the box, to be sent again as it was
    }
    current = null;
    field.value = "";
    pump();
  });

  // Focus comes back by itself, but never out of a dialog or another field.
  const back = () => {
    const at = document.activeElement;
    if ((!at || at === document.body) && !document.querySelector("dialog[open]")) {
      field.focus({ preventScroll: true });
    }
  };
  field.addEventListener("blur", () => setTimeout(() => {
    if (isTyping && !field.value) type(false);
    back();
  }));
  addEventListener("focus", back);
  document.addEventListener("keydown", (event) => {
    if (event.key === "F6" && !isTyping && document.activeElement !== field) {
      event.preventDefault();
      type(true);
    }
  });
  document.body.addEventListener("htmx:afterSettle", back);
  document.addEventListener("close", back, true);
  show();
  back();
}
