// `data-key="F4"` or `data-key="Ctrl+Z"`: the key clicks the element. A key inside an open dialog
// goes to the dialog. The first visible element with a key wins.
function nameOf(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  parts.push(event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return parts.join("+");
}

export function wireKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const name = nameOf(event);
    const found = [...document.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key === name && !element.disabled && element.getClientRects().length,
    );
    if (!found) return;
    const typing = event.target.matches("input:not([readonly]),textarea,select");
    if (typing && !/^F\d+$|^Escape$/.test(event.key)) return; // Ctrl+Z undoes typing there
    event.preventDefault();
    found.click();
  });
}
