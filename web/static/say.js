// Tells those who listen to a screen reader what changed, without moving the focus.
const region = document.createElement("p");
region.className = "visually-hidden";
region.setAttribute("role", "status");
document.body.append(region);

// Returns a number as the page's language writes it.
export function inFigures(number) {
  return number.toLocaleString(document.documentElement.lang);
}

export function say(text) {
  region.textContent = text;
}
