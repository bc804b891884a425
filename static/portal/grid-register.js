/* The register of materials beside the table: where a cell now says what the register says, the notice goes. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-grid]");
  const section = form && form.querySelector("[data-register]");
  if (!section) return;
  const take = section.querySelector("button");
  // The input moves with its row, whatever number the row has then.
  const cells = Array.from(section.querySelectorAll("[data-register-typed]")).map((said) => {
    const place = said.closest("td");
    return { said, place, input: document.getElementById(place.dataset.registerCell), count: place.dataset.registerCount };
  });

  const agrees = ({ input, count }) => {
    if (!input || !input.isConnected) return false;
    const typed = input.value.trim();
    return (typed === "" || typed === "/" ? "0" : typed) === count;
  };

  const show = () => {
    cells.forEach((each) => {
      each.said.hidden = agrees(each);
      each.place.classList.toggle("is-different", !each.said.hidden);
    });
    if (take) take.disabled = cells.every((each) => each.said.hidden);
  };

  form.addEventListener("input", () => window.requestAnimationFrame(show));
})();
