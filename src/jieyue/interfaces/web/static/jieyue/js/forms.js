// A form is sent once: its button rests while the answer is awaited, and `input[data-idempotency]`
// carries a key that makes a repeat harmless. The key is renewed only after an answer, so a retry
// after a network failure repeats the same request.
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID wants https
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fillKeys(root) {
  for (const input of root.querySelectorAll("input[data-idempotency]")) {
    if (!input.value) input.value = newKey();
  }
}

function rest(form) {
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    // Disabled only after the form was read: a disabled button's own value is not sent.
    setTimeout(() => (button.disabled = true));
  }
}

function wake(form) {
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    setTimeout(() => (button.disabled = false));
  }
}

const isByHtmx = (form) => form.matches("[hx-post],[hx-get],[data-scan]");

export function wireForms() {
  fillKeys(document);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || isByHtmx(form)) return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    const question = (event.submitter ?? form).dataset.confirm;
    if (question && !confirm(question)) return event.preventDefault();
    rest(form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(wake));
  const body = document.body;
  body.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("form:not([data-scan])");
    if (form) rest(form);
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form:not([data-scan])");
    if (!form) return;
    wake(form);
    if (event.detail.xhr.status && event.detail.xhr.status < 500) {
      form.querySelectorAll("input[data-idempotency]").forEach((input) => (input.value = newKey()));
    }
  });
  body.addEventListener("htmx:load", (event) => fillKeys(event.detail.elt));
  body.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
}
