/* Menus are <details>; this only closes them on Escape and on a click elsewhere. */
(() => {
  "use strict";
  const open = () => Array.from(document.querySelectorAll("details.menu[open]"));
  document.addEventListener("click", (event) => {
    open().filter((menu) => !menu.contains(event.target)).forEach((menu) => menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });
})();
