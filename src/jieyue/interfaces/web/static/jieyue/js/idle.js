// Locks unattended staff pages. The server enforces the same limit; this shows it in time.
// Work in one window keeps the others awake; reading and typing keep the server awake too.
const WARNING_SECONDS = 30;
const PING_MS = 60_000;
const SEEN = "jieyue-seen"; // when somebody last did something, in any window of this computer

const lastSeen = () => Number(localStorage.getItem(SEEN)) || 0;

function noticeFor(root) {
  const notice = document.createElement("div");
  notice.className = "idle notice notice-look";
  notice.setAttribute("role", "status");
  notice.hidden = true;
  root.append(notice);
  return notice;
}

// Pressing the page's own lock button takes the same way as a person would.
function lock(root) {
  const form = [...document.forms].find((one) => one.dataset.lock !== undefined);
  if (form) form.requestSubmit();
  else location.assign(root.dataset.lockUrl);
}

export function wireIdle() {
  const root = document.querySelector("[data-idle-minutes]");
  const limit = Number(root?.dataset.idleMinutes) * 60; // seconds
  if (!limit) return;
  const notice = noticeFor(root);
  let asked = Date.now(); // the page itself was a request
  let isLocking = false;
  const left = () => Math.ceil(limit - (Date.now() - lastSeen()) / 1000);
  const tick = () => {
    const seconds = left();
    notice.hidden = seconds > WARNING_SECONDS;
    if (seconds <= 0 && !isLocking) {
      isLocking = true;
      lock(root);
    } else if (!notice.hidden) {
      notice.textContent = root.dataset.idleText.replace("{}", Math.max(0, seconds));
    }
  };
  const awake = () => {
    if (left() <= 0) return tick(); // a machine that slept wakes up locked
    localStorage.setItem(SEEN, Date.now());
    notice.hidden = true;
    if (Date.now() - asked > PING_MS && root.dataset.awakeUrl) {
      asked = Date.now();
      fetch(root.dataset.awakeUrl, { credentials: "same-origin" }).catch(() => {});
    }
  };
  localStorage.setItem(SEEN, Date.now());
  document.body.addEventListener("htmx:afterRequest", () => (asked = Date.now()));
  for (const name of ["keydown", "pointerdown", "pointermove", "scroll"]) {
    addEventListener(name, awake, { passive: true, capture: true });
  }
  setInterval(tick, 1000);
}
