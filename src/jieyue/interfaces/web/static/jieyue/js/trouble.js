// What htmx could not do is said aloud: nothing fails silently.
export function showTrouble(kind) {
  const box = document.getElementById("trouble");
  if (!box) return;
  box.querySelector("[data-text]").textContent = box.dataset[kind];
  box.hidden = false;
}

export function hideTrouble() {
  const box = document.getElementById("trouble");
  if (box) box.hidden = true;
}

export function wireTrouble() {
  const on = (name, act) => document.body.addEventListener(name, act);
  on("htmx:sendError", () => showTrouble("offline"));
  on("htmx:timeout", () => showTrouble("offline"));
  on("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 403) showTrouble("forbidden");
    else if (status === 404) showTrouble("gone");
    else showTrouble("failed");
  });
  on("htmx:beforeRequest", hideTrouble);
  on("click", (event) => {
    if (event.target.closest("[data-dismiss]")) hideTrouble();
  });
}
