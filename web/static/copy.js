// data-copy="#id" copies what that field or element holds and says data-copied="Copied";
// data-share="https://…" opens the device's own sheet. Both are hidden until they can work.
import { say } from "./say.js";

async function copy(button) {
  const from = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(from.value ?? from.textContent.trim());
  button.textContent = button.dataset.copied;
  say(button.dataset.copied);
}

async function share(button) {
  try {
    await navigator.share({ title: button.dataset.shareTitle, url: button.dataset.share });
  } catch {
    // the person closed the sheet
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
for (const button of document.querySelectorAll("button[data-share]")) {
  button.hidden = !navigator.share;
  button.addEventListener("click", () => share(button));
}
