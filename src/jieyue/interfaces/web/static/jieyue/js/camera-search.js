// The camera fills the search in and sends it. A code of this library's own leads to its book.
import { startCamera } from "./camera.js";

const form = document.querySelector("[data-camera-search]");

function follow(text) {
  const found = form.querySelector("[data-camera-found]");
  found.querySelector(".code").textContent = text;
  found.hidden = false;
  const address = URL.canParse?.(text) ? new URL(text) : null;
  if (address?.origin === location.origin) return location.assign(address);
  form.elements.q.value = text;
  form.requestSubmit();
}

if (form) {
  startCamera(form, follow);
  // Somebody came here to scan: the camera opens at once where it was allowed before.
  navigator.permissions
    ?.query({ name: "camera" })
    .then(({ state }) => state === "granted" && form.querySelector("[data-camera]").click())
    .catch(() => {});
}
