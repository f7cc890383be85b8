// <time datetime="…" data-soon-minutes="in {minutes} min" data-soon-whole-hours="in {hours} h"
// data-soon-hours="in {hours} h {minutes} min">: how long it is until then, kept true while the
// page is open. It is no live region: nobody wants each minute read out.
import { inFigures } from "./say.js";

const EVERY_MS = 20000;
const times = document.querySelectorAll("time[data-soon-minutes]");

function told({ soonMinutes, soonWholeHours, soonHours }, minutes) {
  const hours = Math.floor(minutes / 60);
  const severalHours = minutes % 60 ? soonHours : soonWholeHours;
  return (hours ? severalHours : soonMinutes)
    .replace("{hours}", inFigures(hours))
    .replace("{minutes}", inFigures(minutes % 60));
}

function tell() {
  for (const time of times) {
    const minutes = Math.ceil((Date.parse(time.dateTime) - Date.now()) / 60000);
    if (minutes > 0) time.textContent = told(time.dataset, minutes);
  }
}

if (times.length) {
  setInterval(tell, EVERY_MS);
  document.addEventListener("visibilitychange", tell);
}
