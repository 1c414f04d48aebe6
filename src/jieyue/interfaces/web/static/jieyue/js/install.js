// The hint how to put the library on the phone: shown once, to who came back, and never again once
// it was closed or followed. Where the browser can do it by itself, one button does.
const DONE = "jieyue_installed=1;path=/;max-age=31536000;samesite=lax";
const VISITS = "jieyue-visits";
const WANTED = 2;

const isInstalled = () =>
  matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

function isLikely() {
  if (isInstalled()) return false;
  const visits = Number(localStorage.getItem(VISITS) ?? 0) + 1;
  localStorage.setItem(VISITS, String(visits));
  return visits >= WANTED && matchMedia("(pointer: coarse)").matches;
}

export function wireInstall() {
  const hint = document.querySelector("[data-install]");
  const button = document.querySelector("[data-install-now]");
  let offer = null;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    if (button) button.hidden = false;
  });
  button?.addEventListener("click", async () => {
    document.cookie = DONE;
    await offer?.prompt();
    hint?.remove();
  });
  if (!hint) return;
  hint.addEventListener("click", (event) => {
    if (!event.target.closest("a,[data-install-later]")) return;
    document.cookie = DONE;
    if (event.target.closest("[data-install-later]")) hint.remove();
  });
  if (isLikely()) hint.hidden = false;
}
