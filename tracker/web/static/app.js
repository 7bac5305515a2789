// What pages do better with JavaScript; every page is whole without it.
"use strict";

(() => {
  // Errors first: those who hear the page begin at the summary.
  const summary = document.querySelector(".govuk-error-summary");
  if (summary) {
    summary.tabIndex = -1;
    summary.focus();
  }

  // A double click sends a form once. The server refuses a repeat as well, by its idempotency key.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // How many characters are left, told quietly while typing.
  for (const area of document.querySelectorAll("textarea[data-limit]")) {
    const limit = Number(area.dataset.limit);
    const note = document.createElement("p");
    note.className = "app-small app-quiet";
    note.id = `${area.id}-left`;
    note.setAttribute("aria-live", "polite");
    area.after(note);
    area.setAttribute("aria-describedby", `${area.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());
    const tell = () => {
      const left = limit - [...area.value].length;
      note.textContent = (left < 0 ? area.dataset.limitOver : area.dataset.limitText)
        .replace("{left}", left)
        .replace("{over}", -left)
        .replace("{limit}", limit);
      note.classList.toggle("app-over", left < 0);
    };
    area.addEventListener("input", tell);
    tell();
  }

  // Copy what was typed from a page that could not take it.
  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.copied;
    });
  }

  // A filtered list that does not come back as a list (signed out meanwhile, an error) is opened as a page of its own.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (xhr.status === 200 && xhr.responseText.includes(`id="${target.id}"`)) return;
    event.detail.shouldSwap = false;
    window.location.assign(xhr.responseURL);
  });
  document.addEventListener("htmx:sendError", (event) => event.detail.elt.submit());
})();
