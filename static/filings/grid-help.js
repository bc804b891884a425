/* The list of keys, at Ctrl+/ or the button “?”, and showing or hiding the figures for comparison. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;
  const dialog = document.querySelector("dialog[data-keys]");
  grid.showHelp = () => {
    if (!dialog.open) dialog.showModal();
    return true;
  };
  const opener = document.querySelector("[data-show-keys]");
  opener.hidden = false;
  opener.addEventListener("click", grid.showHelp);

  const toggle = document.querySelector("[data-toggle-references]");
  const references = grid.table.querySelector("[data-references]");
  const KEY = "portal-references-hidden";
  const show = (isShown) => {
    references.classList.toggle("is-hidden", !isShown);
    toggle.setAttribute("aria-expanded", String(isShown));
  };
  let isHidden = false;
  try {
    isHidden = window.localStorage.getItem(KEY) === "1";
  } catch (error) {
    isHidden = false; // a browser that keeps nothing shows them
  }
  toggle.hidden = false;
  show(!isHidden);
  toggle.addEventListener("click", () => {
    isHidden = !isHidden;
    show(!isHidden);
    try {
      window.localStorage.setItem(KEY, isHidden ? "1" : "0");
    } catch (error) {
      // not remembered
    }
  });
})();
