// Expand feeds with ical.js, the library in Thunderbird: node expand.mjs FOLDER < {"name": "feed"}
// Prints {"name": [[wall time of the start, its instant in seconds], …]}, cancelled dates left out.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [folder, since, until] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const { default: ICAL } = await import(pathToFileURL(require.resolve("ical.js")));
ICAL.design.strict = true;

const feeds = JSON.parse(await text(process.stdin));
const found = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, starts(feed)]));
console.log(JSON.stringify(found));

function starts(feed) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(feed));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  return calendar
    .getAllSubcomponents("vevent")
    .filter((event) => !event.hasProperty("recurrence-id"))
    .flatMap((event) => [...occurrences(new ICAL.Event(event))]);
}

function* occurrences(event) {
  const iterator = event.iterator();
  for (let next = iterator.next(); next; next = iterator.next()) {
    if (next.toUnixTime() >= Number(until) + 7 * 86400) return;
    const { item, startDate } = event.getOccurrenceDetails(next);
    const at = startDate.toUnixTime();
    const isOn = item.component.getFirstPropertyValue("status") === "CONFIRMED";
    if (isOn && at >= Number(since) && at < Number(until)) yield [startDate.toString(), at];
  }
}
