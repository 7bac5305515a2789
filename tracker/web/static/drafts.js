// What is typed into a form is kept on the server every few seconds, and when the page is left. Without JavaScript the
// form's own button does it.
"use strict";

(() => {
  const EVERY = 3000; // milliseconds between the first change and the saving
  const FIELDS = (form) => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (name === "key" || typeof value !== "string") data.delete(name);
    return data;
  };

  const keep = (form) => {
    const note = form.querySelector("[data-kept]");
    const own = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    let edit = 0; // counts the changes; `saved` is the last that the server has
    let saved = 0;
    let flying = null;
    let timer = 0;
    let sent = false;

    const say = (text) => {
      if (note.textContent !== text) note.textContent = text; // a live region: said once, not every few seconds
    };
    const soon = () => {
      if (!timer && !sent) timer = setTimeout(save, EVERY);
    };
    const save = async (leaving) => {
      clearTimeout(timer);
      timer = 0;
      if (sent || edit === saved || (flying && leaving !== true)) return;
      const now = edit;
      const body = FIELDS(form);
      body.set("window", own);
      body.set("edit", now);
      const flight = new AbortController();
      flying = flight;
      try {
        const answer = await fetch(form.dataset.keeps, {
          method: "POST",
          body,
          headers: { Accept: "application/json" },
          redirect: "manual",
          keepalive: leaving === true,
          signal: flight.signal,
        });
        if (!answer.ok) throw new Error(answer.status);
        const told = await answer.json();
        if (now > saved) {
          saved = now;
          form.elements.draft.value = told.draft;
          form.elements.draft_version.value = told.version;
        }
        say(told.said);
      } catch {
        if (!sent && leaving !== true) say(note.dataset.lost);
      }
      if (flying === flight) flying = null;
      if (edit !== saved) soon();
    };

    form.addEventListener("input", () => {
      edit += 1;
      soon();
    });
    const press = (event) => {
      event.preventDefault();
      edit += 1;
      save();
    };
    // one that is seen, and one before all others that Enter presses
    for (const button of form.querySelectorAll("[data-keep]")) button.addEventListener("click", press);
    form.addEventListener("submit", (event) => {
      if (event.submitter?.hasAttribute("formaction")) return; // another button than the one that files
      sent = true;
      clearTimeout(timer);
      flying?.abort();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save(true);
    });
    window.addEventListener("pagehide", () => save(true));
    window.addEventListener("pageshow", () => {
      sent = false;
    });
  };

  for (const form of document.querySelectorAll("form[data-keeps]")) keep(form);
})();
