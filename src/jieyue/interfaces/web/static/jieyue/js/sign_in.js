// The sign-in pages: a countdown before the next code, digits sent when all are there, passkeys.
// Everything but passkeys works without this.
import { wirePasskeys } from "./passkeys.js";

function wireWait(button) {
  const left = button.querySelector("[data-wait-left]");
  const until = Date.now() + Number(button.dataset.wait) * 1000;
  const tick = () => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    button.disabled = seconds > 0;
    left.textContent = seconds > 0 ? `${seconds} s` : "";
    if (seconds > 0) setTimeout(tick, 250);
  };
  tick();
}

function wireDigits(form) {
  const field = form.querySelector("input[name=digits]");
  let sent = "";
  field.addEventListener("input", () => {
    const digits = field.value.normalize("NFKC").replace(/\D/g, "");
    if (digits.length !== 6 || digits === sent) return;
    sent = digits; // once for each code: whoever corrects a digit presses the button
    form.requestSubmit();
  });
}

document.querySelectorAll("[data-wait]").forEach(wireWait);
document.querySelectorAll("[data-digits]").forEach(wireDigits);
wirePasskeys();
