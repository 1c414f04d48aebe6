// Passkeys: registering one, and signing in with one (also from the list under the name field).
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const KEYS = ["challenge", "id"];
// Binary values come as base64url: the challenge, a user's and a credential's id.
function readable(value) {
  if (Array.isArray(value)) return value.map(readable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      KEYS.includes(key) && typeof inner === "string" && value.type !== "rp"
        ? [key, bytes(inner)] : [key, readable(inner)]),
  );
}

function plain(found) {
  const { response } = found;
  const names = [
    "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle",
  ];
  const values = names.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return JSON.stringify({
    id: found.id, rawId: text(found.rawId), type: found.type,
    clientExtensionResults: found.getClientExtensionResults(),
    response: Object.fromEntries(values),
  });
}

async function options(form) {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const { rp, ...rest } = (await answer.json()).publicKey;
  return { publicKey: { ...readable(rest), ...(rp ? { rp } : {}) } };
}

function send(form, found) {
  form.querySelector("[name=answer]").value = plain(found);
  // "Others use this computer too" stands once on the page, for every way to sign in.
  const isShared = document.querySelector("input[type=checkbox][name=shared]:checked");
  const shared = form.querySelector("[name=shared]");
  if (shared) shared.value = isShared ? "on" : "";
  form.submit();
}

function wire(form, act) {
  const trouble = form.querySelector("[data-passkey-trouble]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation(); // no other script rests the button meanwhile
    trouble.hidden = true;
    waiting?.abort();
    try {
      send(form, await act(await options(form)));
    } catch {
      trouble.hidden = false;
    }
  });
}

let waiting = null;

// The passkey shows among what the browser offers for the name, where it can do that.
async function offer(form) {
  const field = document.querySelector("input[autocomplete~=webauthn]");
  if (!field || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  try {
    const asked = await options(form);
    const found = await navigator.credentials.get({
      ...asked, mediation: "conditional", signal: waiting.signal,
    });
    if (found) send(form, found);
  } catch {
    // Another way was taken, or nothing was chosen: the form is still there.
  }
}

export function wirePasskeys() {
  if (!window.isSecureContext || !window.PublicKeyCredential) return;
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    wire(form, (asked) => navigator.credentials.get(asked));
    offer(form);
  });
  document.querySelectorAll("form[data-new-passkey]").forEach((form) => {
    wire(form, (asked) => navigator.credentials.create(asked));
  });
}
