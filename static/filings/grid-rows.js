/* Rows by button and by key: add, remove, move up and down, fill blanks with 0. All of it can be taken back. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;

  /** Rows above a removed or moved one must be known to the server in their order: see grid-save.js. */
  grid.insertRow = (above) => {
    const row = grid.addRow(above);
    if (!row) return null;
    let putBack = null;
    grid.remember(() => {
      const next = row.nextElementSibling || row.previousElementSibling;
      putBack = grid.takeRow(row);
      return next && grid.cells(next)[0];
    }, () => {
      putBack();
      return grid.cells(row)[0];
    });
    return row;
  };

  grid.removeRow = (row) => {
    const column = grid.isCell(document.activeElement) ? grid.columnOf(document.activeElement) : "provider";
    const next = row.nextElementSibling || row.previousElementSibling;
    const wasEmpty = grid.isEmpty(row);
    let putBack = grid.takeRow(row);
    grid.remember(() => {
      putBack();
      return grid.cells(row)[0];
    }, () => {
      const beside = row.nextElementSibling || row.previousElementSibling;
      putBack = grid.takeRow(row);
      return grid.cellOf(beside && beside.isConnected ? beside : grid.rows()[0], column);
    });
    const near = next && next.isConnected ? next : grid.rows()[0];
    grid.go(grid.cellOf(near, column));
    grid.tell(grid.cellOf(near, column));
    grid.announce(grid.text(wasEmpty ? "removedBlank" : "removed"));
  };

  grid.moveRow = (row, step) => {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    const focused = document.activeElement;
    const swap = (up) => grid.putRow(row, up ? row.previousElementSibling && row.previousElementSibling.previousElementSibling : row.nextElementSibling);
    swap(step < 0);
    const again = (up) => {
      swap(up);
      return grid.cells(row)[0];
    };
    grid.remember(() => again(step > 0), () => again(step < 0));
    if (row.contains(focused)) focused.focus();
    grid.tell(grid.cells(row)[0]);
    grid.announce(grid.text("moved", { row: grid.rows().indexOf(row) + 1 }));
  };

  const fillZeros = () => {
    const pairs = [];
    grid.rows().filter((row) => grid.cells(row)[0].value.trim()).forEach((row) => {
      grid.cells(row).slice(1).filter((cell) => !cell.readOnly && !cell.value.trim()).forEach((cell) => pairs.push([cell, "0"]));
    });
    grid.announce(grid.text("filled", { count: grid.change(pairs) }));
  };

  grid.form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-add-row]")) {
      const all = grid.rows();
      const row = grid.insertRow(all[all.length - 1]);
      if (row) grid.go(grid.cells(row)[0]);
    } else if (button.matches("[data-remove-row]")) grid.removeRow(grid.rowOf(button));
    else if (button.matches("[data-move-row]")) grid.moveRow(grid.rowOf(button), button.dataset.moveRow === "up" ? -1 : 1);
    else if (button.matches("[data-fill-zeros]")) fillZeros();
    else return;
    event.preventDefault();
  });
})();
