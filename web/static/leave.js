// data-leave: a link away. It blanks the page at once and takes its place in the history; three
// plain taps of Shift within two seconds do the same. (Escape would stop the loading.)
const TAPS = 3;
const WITHIN_MS = 2000;

const link = document.querySelector("[data-leave]");
let taps = [];
let isPlain = false; // nothing else was pressed while Shift was down

function leave() {
  document.documentElement.replaceChildren();
  location.replace(link.href);
}

function pressed(event) {
  isPlain = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (!isPlain) taps = [];
}

function released(event) {
  if (event.key !== "Shift" || !isPlain) return;
  isPlain = false;
  const now = Date.now();
  taps = [...taps.filter((at) => now - at < WITHIN_MS), now];
  if (taps.length >= TAPS) leave();
}

if (link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", pressed);
  addEventListener("keyup", released);
  addEventListener("pointerdown", () => { isPlain = false; });
}
