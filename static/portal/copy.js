/* A button with data-copy="#target" copies the target's text (or value) and says data-copied beside itself.
   A button with data-print prints the page. Both are hidden until this script shows them. */
(() => {
  "use strict";
  const show = (root) => root.querySelectorAll("[data-copy], [data-print]").forEach((button) => { button.hidden = false; });

  const copyText = (target) => {
    const text = "value" in target ? target.value : target.innerText;
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea"); // an intranet without HTTPS has no clipboard API
    area.value = text;
    area.className = "visually-hidden";
    document.body.appendChild(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  };

  const say = (button, text) => {
    let place = button.nextElementSibling;
    if (!place || !place.classList.contains("copy-said")) {
      place = document.createElement("span");
      place.className = "copy-said";
      place.setAttribute("role", "status");
      button.insertAdjacentElement("afterend", place);
    }
    place.textContent = text;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-print]");
    if (!button) return;
    if (button.hasAttribute("data-print")) return window.print();
    copyText(document.querySelector(button.dataset.copy)).then(
      () => say(button, button.dataset.copied),
      () => say(button, button.dataset.copyFailed)
    );
  });

  document.addEventListener("htmx:afterSettle", (event) => show(event.target));
  show(document);
})();
