// Showing a library's messages on this device: asking the browser, and telling the library.
const form = document.querySelector("form[data-push]");

function bytes(text) {
  const usual = text.replace(/-/g, "+").replace(/_/g, "/");
  const plain = atob(usual.padEnd(Math.ceil(text.length / 4) * 4, "="));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function say(name) {
  for (const line of document.querySelectorAll("[data-push-says]")) {
    line.hidden = line.dataset.pushSays !== name;
  }
}

const isSame = (one, other) =>
  one.length === other.length && one.every((byte, i) => byte === other[i]);

async function subscription(registration, key) {
  const before = await registration.pushManager.getSubscription();
  const beforeKey = before?.options?.applicationServerKey;
  if (before && beforeKey && isSame(new Uint8Array(beforeKey), key)) return before;
  if (before) await before.unsubscribe(); // made for another key, which we do not have
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function agree() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  say("waiting");
  try {
    const registration = await navigator.serviceWorker.ready;
    const given = await subscription(registration, bytes(form.dataset.push));
    form.elements.endpoint.value = given.endpoint;
    form.elements.p256dh.value = text(given.getKey("p256dh"));
    form.elements.auth.value = text(given.getKey("auth"));
    form.requestSubmit();
  } catch {
    say("failed");
  }
}

async function begin() {
  const button = document.querySelector("[data-push-button]");
  if (!form || !button) return;
  if (!("PushManager" in window && "serviceWorker" in navigator && "Notification" in window)) {
    return say("unable");
  }
  if (Notification.permission === "denied") return say("denied");
  button.hidden = false;
  button.addEventListener("click", agree);
  say("");
}

begin();
