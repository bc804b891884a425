/* Says in words whether what was typed is saved, and lets a form go to the server only when it is. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid || !grid.flush) return;
  const { form } = grid;
  const place = form.querySelector("[data-saved]");
  const SPOKEN = ["offline", "away", "signedOut", "token", "other", "closed", "refused"];
  let last = "";

  const said = (detail) => {
    if (detail.state === "saved") return detail.saved_at ? grid.text("saved", { at: detail.saved_at, by: detail.saved_by }) : "";
    const text = grid.text(detail.state, { reason: detail.reason || "" });
    const kept = SPOKEN.includes(detail.state) ? grid.text(grid.keepsCopy ? "kept" : "notKept") : "";
    return kept ? `${text} ${kept}` : text;
  };

  form.addEventListener("grid:saving", (event) => {
    const { detail } = event;
    place.textContent = said(detail);
    place.dataset.state = detail.state;
    if (detail.state === "closed" && detail.address) {
      const link = document.createElement("a");
      link.href = detail.address;
      link.textContent = grid.text("look");
      place.append(" ", link);
    }
    const isBack = SPOKEN.includes(last) && detail.state === "saved";
    if (last !== detail.state && (SPOKEN.includes(detail.state) || isBack)) grid.announce(place.textContent);
    last = detail.state === "saving" && SPOKEN.includes(last) ? last : detail.state;
  });
  form.addEventListener("grid:takenUp", () => {
    const note = form.querySelector("[data-taken-up]");
    note.hidden = false;
    grid.announce(note.textContent.trim());
  });

  // --- a button that goes to the server takes everything typed along, or stays

  let isThrough = false;
  form.addEventListener("submit", (event) => {
    if (isThrough || event.defaultPrevented) return;
    const button = event.submitter || form.querySelector("[data-submit]");
    event.preventDefault();
    grid.flush().then((isSaved) => {
      if (!isSaved || button.matches("[data-save]")) {
        if (grid.heldKeys().length) grid.announce(grid.text("undecided"));
        return;
      }
      isThrough = true;
      window.portalLeaving = true;
      window.setTimeout(() => button.click(), 0); // a form that is being submitted cannot be submitted again at once
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isThrough = false;
    window.portalLeaving = false;
  });
})();
