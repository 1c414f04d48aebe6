// Locks unattended staff pages. The server enforces the same limit; this only shows it in time.
const WARNING_SECONDS = 30;

export function wireIdle() {
  const root = document.querySelector("[data-idle-minutes]");
  const minutes = Number(root?.dataset.idleMinutes);
  if (!minutes) return;
  let last = Date.now();
  let pinged = Date.now();
  const notice = document.createElement("div");
  notice.className = "notice notice-look shadow-lg fixed bottom-4 left-4 z-50";
  notice.setAttribute("role", "status");
  notice.hidden = true;
  document.body.append(notice);
  const awake = () => {
    last = Date.now();
    notice.hidden = true;
    // Reading and typing are work too: tell the server now and then.
    if (last - pinged > 60000 && root.dataset.awakeUrl) {
      pinged = last;
      fetch(root.dataset.awakeUrl, { method: "GET", credentials: "same-origin" }).catch(() => {});
    }
  };
  for (const name of ["keydown", "pointerdown", "pointermove", "scroll"]) {
    addEventListener(name, awake, { passive: true });
  }
  setInterval(() => {
    const left = Math.ceil(minutes * 60 - (Date.now() - last) / 1000);
    if (left <= 0) location.assign(root.dataset.lockUrl);
    else if (left <= WARNING_SECONDS) {
      notice.textContent = root.dataset.idleText.replace("{}", left);
      notice.hidden = false;
    }
  }, 1000);
}
