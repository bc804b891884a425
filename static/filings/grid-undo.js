/* Takes back what was done to the sheet at one stroke: a paste, a cleared block, a row removed or moved (Ctrl+Z), and does
   it again (Ctrl+Y, Ctrl+Shift+Z). What was typed in the cell at hand is the browser's own to undo. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;
  const done = [];
  const undone = [];
  const LONGEST = 50;

  /** Remember how to take something back, and how to do it again. Each gives the cell to go to. */
  grid.remember = (takeBack, doAgain) => {
    done.push({ takeBack, doAgain });
    undone.length = 0;
    if (done.length > LONGEST) done.shift();
  };

  /** Change cells at one stroke: [[cell, value]]. Gives how many were changed. What is put where a figure is computed is
      kept beside it and told (grid-ledger.js). */
  grid.change = (pairs) => {
    const changed = pairs.map(([cell, value]) => [cell, value, cell.value]).filter(([cell, value]) => grid.set(cell, value));
    if (!changed.length) return 0;
    const put = (values) => {
      changed.forEach((each) => grid.set(each[0], values(each)));
      return changed[0][0];
    };
    grid.remember(() => put((each) => each[2]), () => put((each) => each[1]));
    grid.tell(changed[0][0]);
    return changed.length;
  };

  const show = (cell, said) => {
    if (cell && cell.isConnected) {
      grid.go(cell);
      grid.tell(cell);
    } else grid.tell(grid.table);
    grid.announce(said);
    return true;
  };
  grid.undo = () => {
    const step = done.pop();
    if (!step) return false;
    undone.push(step);
    return show(step.takeBack(), grid.text("undone"));
  };
  grid.redo = () => {
    const step = undone.pop();
    if (!step) return false;
    done.push(step);
    return show(step.doAgain(), grid.text("redone"));
  };

  grid.form.addEventListener("input", (event) => { if (event.isTrusted) undone.length = 0; }); // typed since: there is no way back
})();
