/* The buttons that copy a recipe: its text stands in the page, below the button. */
"use strict";

async function putOnClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page that was opened without a server may have no such clipboard.
    const focused = document.activeElement;
    const field = document.createElement("textarea");
    field.className = "recipe-field";
    field.readOnly = true;
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focused?.focus({ preventScroll: true });
    if (!done) throw new Error("no clipboard");
  }
}

function say(status, message) {
  // The same words are announced again only if they have been gone in between.
  status.textContent = "";
  clearTimeout(status.timer);
  status.timer = setTimeout(() => {
    status.textContent = message;
    status.timer = setTimeout(() => (status.textContent = ""), 8000);
  }, 50);
}

for (const box of document.querySelectorAll(".recipe-box")) {
  const status = box.querySelector(".recipe-status");
  const details = box.querySelector("details");
  const code = box.querySelector("pre");
  box.querySelector(".recipe-copy").addEventListener("click", async () => {
    try {
      await putOnClipboard(code.textContent);
      say(status, "Copied");
    } catch {
      details.open = true;
      getSelection().selectAllChildren(code);
      say(status, "Not allowed here. The code is selected: copy it by keyboard.");
    }
  });
  // Code that scrolls sideways can be reached by keyboard.
  const reach = () => (code.tabIndex = details.open ? 0 : -1);
  details.addEventListener("toggle", reach);
  reach();
}
