// Tells those who listen to a screen reader what changed, without moving the focus.
const region = document.createElement("p");
region.className = "visually-hidden";
region.setAttribute("role", "status");
document.body.append(region);

export function say(text) {
  region.textContent = text;
}
