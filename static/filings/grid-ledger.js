/* Figures that the activity ledger gives: they follow the server's answers, whoever records an activity meanwhile. What is
   typed or pasted where a figure is computed is kept, struck out beside it, and told above the table. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid || !grid.flush) return;
  const box = document.querySelector("[data-unread]");
  const list = box.querySelector("[data-unread-list]");

  grid.form.addEventListener("grid:state", (event) => {
    const { computed, unread } = event.detail;
    grid.rows().forEach((row) => {
      const id = grid.idOf(row);
      grid.cells(row).slice(1).forEach((cell) => {
        const figure = id ? computed[`${id}/${grid.columnOf(cell)}`] : undefined;
        grid.compute(cell, figure === undefined ? null : figure);
      });
    });
    grid.total();
    const said = unread.join("\n");
    if (said && said !== list.innerText.trim()) grid.announce(said);
    list.textContent = "";
    unread.forEach((each) => {
      const item = document.createElement("li");
      item.textContent = each;
      list.append(item);
    });
    box.hidden = !unread.length;
    if (unread.length) document.querySelector("[data-ways]").hidden = false;
  });

  grid.form.addEventListener("input", () => {
    grid.rows().forEach((row) => grid.cells(row).filter((cell) => cell.readOnly).forEach((cell) => grid.compute(cell, Number(cell.dataset.figure))));
  });

  // --- a key that types in such a cell says why nothing happens; Delete takes out what stands struck out there

  let message = null;
  const close = () => {
    if (message) message.remove();
    message = null;
  };
  grid.body.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!grid.isCell(cell) || !cell.readOnly || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.key === "Delete" || event.key === "Backspace") && !grid.hasBlock()) grid.change([[cell, ""]]);
    else if (event.key.length === 1 && !cell.closest("td").querySelector(".cell-message")) {
      message = document.createElement("p");
      message.className = "cell-message is-why";
      message.textContent = grid.text("notTyped");
      cell.closest("td").append(message);
      grid.announce(message.textContent);
    }
  });
  grid.body.addEventListener("focusout", close);
})();
