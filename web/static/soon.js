// <time datetime="…Z" data-soon="in {}">: how long it is until then, kept true while the page is
// open. It is no live region: nobody wants each minute read out.
const EVERY_MS = 20000;
const language = document.documentElement.lang;
const times = document.querySelectorAll("time[data-soon]");

function unit(count, name) {
  const format = { style: "unit", unit: name, unitDisplay: "short" };
  return count ? new Intl.NumberFormat(language, format).format(count) : "";
}

function tell() {
  for (const time of times) {
    const minutes = Math.ceil((Date.parse(time.dateTime) - Date.now()) / 60000);
    const parts = [unit(Math.floor(minutes / 60), "hour"), unit(minutes % 60, "minute")];
    time.hidden = minutes <= 0;
    if (minutes > 0) time.textContent = time.dataset.soon.replace("{}", parts.join(" ").trim());
  }
}

if (times.length) {
  setInterval(tell, EVERY_MS);
  document.addEventListener("visibilitychange", tell);
}
