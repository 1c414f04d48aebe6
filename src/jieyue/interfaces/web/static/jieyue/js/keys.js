// `data-key="F4"` or `data-key="Ctrl+Z"`: the key clicks the element, or focuses it when it is a
// field. The first visible element with the key wins; while a dialog is open, only those in it.
function nameOf(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  parts.push(event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return parts.join("+");
}

const isShown = (element) => !element.disabled && element.getClientRects().length > 0;

export function wireKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || !event.key) return;
    const name = nameOf(event);
    const root = document.querySelector("dialog[open]") ?? document;
    const found = [...root.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key === name && isShown(element),
    );
    if (!found) return;
    const isTyping = event.target.matches("input:not([readonly]),textarea,select");
    // Inside a field Ctrl+Z undoes typing, and a letter is a letter.
    if (isTyping && !/^F\d+$|^Escape$|^Ctrl\+Enter$/.test(name)) return;
    event.preventDefault();
    if (found.matches("input,select,textarea")) found.focus();
    else found.click();
  });
}
