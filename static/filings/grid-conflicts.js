/* Two people typed into the same place: both texts are shown there, and the person decides. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid || !grid.decide) return;
  const template = document.querySelector("template[data-conflict-template]");
  const boxes = new Map();

  const placeOf = (conflict) => {
    if (conflict.kind === "text") return grid.form.querySelector(`[name="${conflict.column}"]`);
    const row = grid.find(conflict.row);
    return row && grid.cellOf(row, conflict.column || "provider");
  };
  grid.conflictPlace = (key) => {
    const box = boxes.get(key);
    const place = box && box.parentNode && box.parentNode.querySelector("input:not([type=hidden]), textarea");
    return place ? place.id : "grid";
  };

  grid.form.addEventListener("grid:conflict", (event) => {
    const conflict = event.detail;
    const place = placeOf(conflict);
    if (!place || boxes.has(conflict.key)) return;
    const box = document.importNode(template.content, true).firstElementChild;
    const isRow = conflict.reason !== "changed";
    box.querySelector("[data-said]").textContent = isRow ? grid.text(conflict.reason === "gone" ? "gone" : "full") : grid.text("both");
    box.querySelector("[data-both]").hidden = isRow;
    box.querySelector("[data-mine]").textContent = place.value || grid.text("blank");
    box.querySelector("[data-theirs]").textContent = conflict.theirs || grid.text("blank");
    box.querySelectorAll("[data-decide]").forEach((button) => {
      button.dataset.key = conflict.key;
      if (isRow) button.textContent = grid.text(button.dataset.decide === "mine" ? "keepRow" : "dropRow");
      if (conflict.reason === "full" && button.dataset.decide === "mine") button.hidden = true;
    });
    const holder = place.closest("td") || place.closest(".field, .explanation") || place.parentNode;
    holder.classList.add("has-conflict");
    holder.append(box);
    boxes.set(conflict.key, box);
    grid.announce(box.querySelector("[data-said]").textContent);
  });

  grid.form.addEventListener("input", (event) => {
    boxes.forEach((box) => {
      if (box.parentNode && box.parentNode.contains(event.target)) box.querySelector("[data-mine]").textContent = event.target.value || grid.text("blank");
    });
  });

  grid.form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-decide]");
    if (!button) return;
    event.preventDefault();
    const place = grid.conflictPlace(button.dataset.key);
    grid.decide(button.dataset.key, button.dataset.decide === "mine");
    const at = document.getElementById(place);
    if (grid.isCell(at)) grid.go(at);
    else if (at) at.focus();
  });
  grid.form.addEventListener("grid:decided", (event) => {
    const box = boxes.get(event.detail.key);
    boxes.delete(event.detail.key);
    if (!box || !box.parentNode) return;
    box.parentNode.classList.remove("has-conflict");
    box.remove();
  });
})();
