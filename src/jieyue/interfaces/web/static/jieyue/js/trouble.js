// What could not be done is said, seen and heard: nothing fails silently.
import { play } from "./sound.js";

const box = () => document.getElementById("trouble");

export function showTrouble(kind) {
  const here = box();
  if (!here) return;
  here.querySelector("[data-text]").textContent = here.dataset[kind];
  here.hidden = false;
}

export function hideTrouble() {
  const here = box();
  if (here) here.hidden = true;
}

// A list that refreshes itself may fail in silence until the next time; what somebody did may not.
// A click of keys.js is somebody's key, though the browser does not trust it.
const isOwnAct = ({ requestConfig }) => {
  const cause = requestConfig?.triggeringEvent;
  return requestConfig?.verb !== "get" || cause?.isTrusted === true || cause?.type === "click";
};

function tell(kind, detail) {
  if (!isOwnAct(detail)) return;
  // The scan box keeps what it could not send (scan.js).
  const isKept = kind === "offline" && detail.elt.matches("[data-scan]");
  showTrouble(isKept ? "waiting" : kind);
  play("refused");
}

function kindOf(status) {
  if (status === 403) return "forbidden";
  if (status === 404) return "gone";
  return status === 413 ? "large" : "failed";
}

export function wireTrouble() {
  const on = (name, act) => document.body.addEventListener(name, act);
  on("htmx:sendError", ({ detail }) => tell("offline", detail));
  on("htmx:timeout", ({ detail }) => tell("offline", detail));
  on("htmx:responseError", ({ detail }) => tell(kindOf(detail.xhr.status), detail));
  for (const name of ["htmx:swapError", "htmx:targetError", "htmx:onLoadError"]) {
    on(name, ({ detail }) => tell("failed", detail));
  }
  // It stays until somebody does the next thing: a poll that succeeds proves nothing.
  on("htmx:beforeRequest", ({ detail }) => isOwnAct(detail) && hideTrouble());
  on("click", (event) => event.target.closest("[data-dismiss]") && hideTrouble());
}
