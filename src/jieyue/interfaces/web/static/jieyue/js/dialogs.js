// `data-open="id"` opens a <dialog>; `data-close` or a click beside its box closes it. One with
// `data-open-now` (a form that came back with errors, say) opens as soon as it is on the page.
// An opener may be a link that shows the same form without JavaScript; there it is just `open`.
function openNow(root) {
  const found = root.matches?.("dialog[data-open-now]") ? [root] : [];
  for (const dialog of [...found, ...root.querySelectorAll("dialog[data-open-now]")]) {
    dialog.removeAttribute("data-open-now");
    dialog.removeAttribute("open");
    dialog.showModal();
  }
}

export function wireDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) {
      event.preventDefault();
      opener.closest("dialog")?.close();
      document.getElementById(opener.dataset.open)?.showModal();
    } else if (event.target.closest("dialog [data-close]")) {
      event.preventDefault();
      event.target.closest("dialog").close();
    } else if (event.target.matches("dialog.modal")) event.target.close();
  });
  openNow(document);
  document.body.addEventListener("htmx:load", ({ detail }) => openNow(detail.elt));
}
