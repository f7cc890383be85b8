// data-places="near" in a form, the name of its box: suggestions for a typed place, as a combobox
// with a list (WAI-ARIA Authoring Practices). data-places-label names the list, and
// data-places-found="Suggestions: {}" says how many there are.
import { inFigures, say } from "./say.js";

const WAIT_MS = 150;
const SHORTEST = 2;

function suggest(words, number) {
  const input = words.closest("form").elements[words.dataset.places];
  const list = document.createElement("ul");
  let asking = new AbortController();
  let waiting = 0;
  let active = -1;

  function open(places) {
    list.replaceChildren(...places.map(option));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    const isOpen = places.length > 0;
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) say(words.dataset.placesFound.replace("{}", inFigures(places.length)));
  }

  function close() {
    asking.abort();
    clearTimeout(waiting);
    open([]);
  }

  function option(place, index) {
    const item = document.createElement("li");
    item.id = `${list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = [...new Set([place.name, place.region, place.country])].filter(Boolean).join(", ");
    item.dir = "auto";
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the focus stays in the box
      choose(item);
    });
    return item;
  }

  function choose(item) {
    input.value = item.textContent;
    close();
  }

  function move(by) {
    const items = [...list.children];
    if (!items.length) return;
    items[active]?.setAttribute("aria-selected", "false");
    active = (active + by + items.length + (active < 0 && by < 0 ? 1 : 0)) % items.length;
    items[active].setAttribute("aria-selected", "true");
    items[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[active].id);
  }

  async function ask() {
    const text = input.value.trim();
    asking.abort();
    if (text.length < SHORTEST) return close();
    asking = new AbortController();
    try {
      const answer = await fetch(`/api/places?q=${encodeURIComponent(text)}`, { signal: asking.signal });
      if (answer.ok && document.activeElement === input) open((await answer.json()).places);
    } catch {
      // offline, or another letter came: the form finds the place without suggestions
    }
  }

  function pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) ask();
      else move(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0) {
      choose(list.children[active]);
      event.preventDefault();
    } else if (event.key === "Escape" && !list.hidden) {
      close();
      event.preventDefault();
    }
  }

  list.id = `places-${number}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.dataset.placesLabel);
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.addEventListener("keydown", pressed);
  input.addEventListener("blur", close);
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MS);
  });
}

document.querySelectorAll("[data-places]").forEach(suggest);
