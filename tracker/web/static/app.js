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

  // Only a browser with JavaScript can print at a click; its own menu always can.
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
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

  // A part of a page that does not come back as that part (signed out meanwhile, an error) is opened as a page of its own.
  // A form whose faults come back with it keeps its place.
  const asPage = (element, address) => {
    if (element.form) element.form.requestSubmit(element);
    else if (element.tagName === "FORM") element.submit();
    else window.location.assign(address);
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, requestConfig } = event.detail;
    const part = xhr.responseText.includes(`id="${target.id}"`);
    if (part && xhr.status === 200) return;
    event.detail.shouldSwap = part && (xhr.status === 409 || xhr.status === 422);
    event.detail.isError = !event.detail.shouldSwap;
    if (!event.detail.shouldSwap) asPage(requestConfig.verb === "get" ? {} : requestConfig.elt, xhr.responseURL);
  });
  document.addEventListener("htmx:sendError", (event) => {
    asPage(event.detail.elt, event.detail.requestConfig.path);
  });
})();
