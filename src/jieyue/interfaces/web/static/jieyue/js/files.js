// A file dropped anywhere onto `[data-drop]` is chosen, as if somebody had picked it. One that is
// larger than `data-max-bytes` is refused before it is sent, which would take minutes for nothing.
function drop(box, event) {
  event.preventDefault();
  delete box.dataset.over;
  const input = box.querySelector("input[type=file]");
  if (!event.dataTransfer?.files.length) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function judge(input) {
  const most = Number(input.dataset.maxBytes ?? Infinity);
  const isTooLarge = (input.files[0]?.size ?? 0) > most;
  input.setCustomValidity(isTooLarge ? input.dataset.tooLarge : "");
  if (isTooLarge) input.reportValidity();
}

export function wireFiles() {
  for (const box of document.querySelectorAll("[data-drop]")) {
    box.addEventListener("dragover", (event) => {
      event.preventDefault();
      box.dataset.over = "";
    });
    box.addEventListener("dragleave", () => delete box.dataset.over);
    box.addEventListener("drop", (event) => drop(box, event));
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file][data-max-bytes]")) judge(event.target);
  });
}
