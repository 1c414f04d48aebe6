// Registers the service worker, and says what cannot be done without a network: forms that change
// something rest and say so. Copies of somebody's pages go when they sign out.
const root = document.documentElement;
const banner = () => document.getElementById("kept");

const isSignOut = (form) => new URL(form.action, location).pathname === "/sign-out";
// A scan at the shelf is kept and sent again until it is answered (selfscan.js).
const waits = (form) => form.matches("[data-self-form]") && !root.hasAttribute("data-kept");
const forms = () => [...document.querySelectorAll("form")].filter((form) => form.method === "post");

function rest() {
  const words = banner()?.dataset.needs ?? "";
  for (const form of forms()) {
    if (isSignOut(form) || waits(form)) continue;
    for (const button of form.querySelectorAll("button:not([type=button]):not(:disabled)")) {
      button.disabled = true;
      button.dataset.resting = "";
      button.insertAdjacentHTML("beforeend", '<span class="needs-network"></span>');
      button.lastElementChild.textContent = words;
    }
  }
}

function wake() {
  for (const button of document.querySelectorAll("button[data-resting]")) {
    button.disabled = false;
    delete button.dataset.resting;
    button.querySelector(".needs-network")?.remove();
  }
}

function show() {
  const isCopy = root.hasAttribute("data-kept");
  const isAway = isCopy || navigator.onLine === false;
  if (banner()) banner().hidden = !isAway;
  if (isAway) rest();
  else wake();
}

async function forget() {
  const names = (await window.caches?.keys()) ?? [];
  const mine = names.filter((name) => name.startsWith("jieyue-mine-"));
  await Promise.all(mine.map((name) => caches.delete(name)));
}

function register() {
  const address = document.querySelector("meta[name=jieyue-worker]")?.content;
  if (!address || !navigator.serviceWorker) return;
  // After the page is there: the first visit has better use for the line.
  addEventListener("load", () => navigator.serviceWorker.register(address).catch(() => {}));
}

export function wireOffline() {
  register();
  show();
  addEventListener("offline", show);
  addEventListener("online", () => {
    if (root.hasAttribute("data-kept")) location.reload();
    else show();
  });
  document.addEventListener("submit", (event) => {
    if (isSignOut(event.target)) forget().catch(() => {});
  });
}
