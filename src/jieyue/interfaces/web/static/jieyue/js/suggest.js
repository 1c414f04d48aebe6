// Names of books while one types into a search field: an ARIA combobox over what the server knows.
const WAIT = 200; // ms of rest before asking
const OPTION = "px-4 py-3 cursor-pointer break-words hover:bg-base-200 aria-selected:bg-base-200";
const LIST = "panel absolute left-0 right-0 top-full z-30 mt-1 max-h-96 overflow-y-auto shadow-lg";

export function wireSuggestions() {
  document.addEventListener("focusin", (event) => {
    const field = event.target;
    if (field.matches?.("input[data-suggest]") && !field.hasAttribute("role")) attach(field);
  });
  const first = document.activeElement;
  if (first?.matches("input[data-suggest]")) attach(first);
}

function attach(field) {
  const list = document.createElement("ul");
  list.id = `${field.form?.id || field.id || "field"}-suggestions`;
  list.className = LIST;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.placeholder || field.name);
  (field.form ?? field.parentElement).append(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  let active = -1;
  let timer = 0;
  let asking = null;

  const mark = (place) => {
    active = place;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", n === place));
    list.children[place]?.scrollIntoView({ block: "nearest" });
    if (place >= 0) field.setAttribute("aria-activedescendant", list.children[place].id);
    else field.removeAttribute("aria-activedescendant");
  };
  const show = (names) => {
    list.replaceChildren(...names.map((name, n) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${n}`;
      option.className = OPTION;
      option.setAttribute("role", "option");
      option.textContent = name;
      return option;
    }));
    list.hidden = names.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };
  const rest = () => {
    clearTimeout(timer);
    asking?.abort();
    show([]);
  };
  const choose = (name) => {
    rest();
    field.value = name;
    field.form?.requestSubmit();
  };
  const ask = async () => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    const address = `${field.dataset.suggest}?${new URLSearchParams({ q: field.value.trim() })}`;
    try {
      const answer = await fetch(address, { signal: mine.signal });
      const { names } = answer.ok ? await answer.json() : { names: [] };
      if (!mine.signal.aborted && document.activeElement === field) show(names);
    } catch {
      // Without suggestions the field is what it was: one presses Enter.
    }
  };

  show([]);
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing) return; // an input method still makes characters of letters
    if (field.value.trim()) timer = setTimeout(ask, WAIT);
    else rest();
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("blur", rest);
  field.form?.addEventListener("submit", rest);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") mark(active < last ? active + 1 : -1);
    else if (event.key === "ArrowUp") mark(active < 0 ? last : active - 1);
    else if (event.key === "Enter" && active >= 0) choose(list.children[active].textContent);
    else if (event.key === "Escape") rest();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option.textContent);
  });
}
