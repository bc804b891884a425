/* Takes back what was done to the sheet at one stroke: a paste, a cleared block, a row removed or moved. Ctrl+Z.
   What was typed in the cell at hand is the browser's own to undo. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;
  const done = [];
  const LONGEST = 50;

  /** Remember how to take something back. */
  grid.remember = (takeBack) => {
    done.push(takeBack);
    if (done.length > LONGEST) done.shift();
  };

  /** Change cells at one stroke: [[cell, value]]. Gives how many were changed. */
  grid.change = (pairs) => {
    const typed = pairs.filter(([cell]) => !cell.readOnly); // what the ledger computes is not typed
    const changed = typed.map(([cell, value]) => [cell, value, cell.value]).filter(([cell, value]) => grid.set(cell, value));
    if (!changed.length) return 0;
    grid.remember(() => {
      changed.forEach(([cell, , before]) => grid.set(cell, before));
      return changed[0][0];
    });
    grid.tell(changed[0][0]);
    return changed.length;
  };

  grid.undo = () => {
    const takeBack = done.pop();
    if (!takeBack) return false;
    const cell = takeBack();
    if (cell && cell.isConnected) {
      grid.go(cell);
      grid.tell(cell);
    } else grid.tell(grid.table);
    grid.announce(grid.text("undone"));
    return true;
  };
})();
