/* A button with data-copy="#target" copies the target's text (or value) and says data-copied beside itself.
   A button with data-print prints the page. Both are hidden until this script runs. */
(() => {
  "use strict";
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
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      copyText(document.querySelector(button.dataset.copy)).then(
        () => say(button, button.dataset.copied),
        () => say(button, button.dataset.copyFailed)
      );
    });
  });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
