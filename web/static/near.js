// data-near-me="We could not learn where you are": a button in a form that asks the browser where
// it is, only when it is pressed. What leaves the browser is rounded to 0.01 degree, some 1 km, as
// the field "here", which the server turns into a place.
import { say } from "./say.js";

const WAIT_MS = 15000;
const AS_OLD_MS = 600000;

function send(form, { latitude, longitude }) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "here";
  field.value = `${latitude.toFixed(2)},${longitude.toFixed(2)}`;
  form.append(field);
  form.submit(); // not requestSubmit: the place box may be empty
}

function refused(button) {
  button.disabled = false;
  let note = button.parentElement.querySelector("[data-near-me-note]");
  if (!note) {
    note = document.createElement("span");
    note.dataset.nearMeNote = "";
    button.after(note);
  }
  note.textContent = button.dataset.nearMe;
  say(button.dataset.nearMe);
}

for (const button of document.querySelectorAll("button[data-near-me]")) {
  button.hidden = !("geolocation" in navigator && isSecureContext);
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => send(button.form, coords),
      () => refused(button),
      { maximumAge: AS_OLD_MS, timeout: WAIT_MS },
    );
  });
}
