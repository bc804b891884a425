/* Figures that the activity ledger gives: they follow the server's answers, whoever records an activity meanwhile. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid || !grid.flush) return;

  grid.form.addEventListener("grid:state", (event) => {
    const { computed } = event.detail;
    grid.rows().forEach((row) => {
      const id = grid.idOf(row);
      grid.cells(row).slice(1).forEach((cell) => {
        const figure = id ? computed[`${id}/${grid.columnOf(cell)}`] : undefined;
        grid.compute(cell, figure === undefined ? null : figure);
      });
    });
    grid.total();
  });
})();
