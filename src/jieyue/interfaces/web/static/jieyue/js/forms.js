// A form is sent once: its button rests while the answer is awaited, and `input[data-idempotency]`
// carries a key that makes a repeat harmless. The key is renewed after an answer, or when somebody
// changes a form that was sent before: the same content again is a repeat, other content is not.
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID wants https
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const keysOf = (root) => root.querySelectorAll("input[data-idempotency]");

function fillKeys(root) {
  for (const input of keysOf(root)) input.value ||= newKey();
}

function renewKeys(form) {
  for (const input of keysOf(form)) input.value = newKey();
}

const resting = new WeakMap(); // form -> the buttons we disabled; others stay as they were

function rest(form) {
  if (resting.has(form)) return;
  const selector = "button:not([type=button]):not(:disabled)";
  const buttons = [...form.querySelectorAll(selector)];
  resting.set(form, buttons);
  form.setAttribute("aria-busy", "true");
  // Disabled only after the form was read: a disabled button's own value is not sent.
  setTimeout(() => {
    if (resting.get(form) === buttons) buttons.forEach((button) => (button.disabled = true));
  });
}

function wake(form) {
  const buttons = resting.get(form) ?? [];
  resting.delete(form);
  form.removeAttribute("aria-busy");
  buttons.forEach((button) => (button.disabled = false));
}

// A plain form's answer is a new page; for a download there is none, so it wakes by itself.
const PLAIN_REST_MS = 10_000;

function onPlainSubmit(event) {
  const form = event.target;
  if (form.method === "dialog" || form.matches("[hx-post],[hx-get],[data-scan]")) return;
  if (form.method === "get" || event.defaultPrevented) return;
  const question = (event.submitter ?? form).dataset.confirm ?? form.dataset.confirm;
  if (resting.has(form) || (question && !confirm(question))) return event.preventDefault();
  form.dataset.sent = "";
  rest(form);
  setTimeout(() => wake(form), PLAIN_REST_MS);
}

// Only what sends a form rests; a list that filters while one types must not flicker.
function formOf(detail) {
  if (detail.requestConfig?.verb === "get" || !detail.elt.matches("form,button")) return null;
  return detail.elt.closest("form:not([data-scan])");
}

function wireHtmx(body) {
  body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const form = formOf(detail);
    if (form) rest(form);
  });
  body.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = formOf(detail);
    if (!form) return;
    wake(form);
    if (detail.xhr.status && detail.xhr.status < 500) renewKeys(form);
    else form.dataset.sent = "";
  });
  // Before htmx asks its own way, so that one attribute serves both kinds of form.
  body.addEventListener("htmx:confirm", (event) => {
    const { elt, triggeringEvent } = event.detail;
    const question = triggeringEvent?.submitter?.dataset.confirm ?? elt.dataset.confirm;
    if (question && !confirm(question)) event.preventDefault();
  });
  body.addEventListener("htmx:load", ({ detail }) => fillKeys(detail.elt));
}

export function wireForms() {
  const { body } = document;
  fillKeys(document);
  document.addEventListener("submit", onPlainSubmit);
  addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(wake));
  wireHtmx(body);
  body.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.sent === undefined || form.matches("[data-scan]")) return;
    delete form.dataset.sent;
    renewKeys(form);
  });
  body.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
}
