// The bright card: while its dialog is open, the screen stays on where the browser lets it.
export function wireCard() {
  const dialog = document.querySelector("dialog[data-bright]");
  if (!dialog) return;
  let lock = null;
  const hold = async () => {
    if (!dialog.open || document.hidden) return;
    lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  };
  new MutationObserver(() => {
    if (dialog.open) return hold();
    lock?.release();
    lock = null;
  }).observe(dialog, { attributeFilter: ["open"] });
  document.addEventListener("visibilitychange", hold); // a phone put away lets go of it
  dialog.addEventListener("click", () => dialog.close());
}
