// Wires pages by data attributes; docs/frontend.md lists them. No eval, no inline handlers.
import { wireDialogs } from "./dialogs.js";
import { wireFiles } from "./files.js";
import { wireForms } from "./forms.js";
import { wireIdle } from "./idle.js";
import { wireKeys } from "./keys.js";
import { wireLive } from "./live.js";
import { wireScans } from "./scan.js";
import { wireSounds } from "./sound.js";
import { wireStockScans } from "./stock.js";
import { wireSuggestions } from "./suggest.js";
import { wireTheme } from "./theme.js";
import { wireTrouble } from "./trouble.js";

wireTheme();
wireTrouble();
wireFiles();
wireForms();
wireDialogs();
wireKeys();
wireLive();
wireSounds();
wireScans();
wireStockScans();
wireIdle();
wireSuggestions();
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const chip = event.target.closest("[data-insert]");
  if (chip) insert(chip.dataset.insert, document.getElementById(chip.dataset.insertInto));
});

/** Put a text where the cursor stands, as if it had been typed. */
function insert(text, field) {
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
