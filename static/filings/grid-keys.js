/* The keys of a sheet. A cell is selected (its whole text marked: typing replaces it, arrows go to the next cell) or
   edited (after F2 or a double click arrows move inside the text; after typing they leave it at its ends). */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;
  let original = "";
  let mode = ""; // "": selected; "typing"; "editing"
  let away = null; // the cell that the focus comes back to with the window

  const go = (cell) => {
    if (!cell) return false;
    cell.focus();
    cell.select();
    mode = "";
    return true;
  };
  grid.go = go;
  grid.isEdited = () => mode !== "";

  const below = (cell, step) => {
    const row = grid.rows()[grid.rows().indexOf(grid.rowOf(cell)) + step];
    return row && grid.cellOf(row, grid.columnOf(cell));
  };
  grid.below = below;

  const beside = (cell, step, wrap) => {
    const row = grid.cells(grid.rowOf(cell));
    const next = row[row.indexOf(cell) + step];
    if (next || !wrap) return next;
    const other = grid.rows()[grid.rows().indexOf(grid.rowOf(cell)) + step];
    return other && grid.cells(other)[step > 0 ? 0 : row.length - 1];
  };

  const down = (cell) => {
    if (go(below(cell, 1))) return true;
    if (!grid.isEmpty(grid.rowOf(cell)) && grid.addRow(grid.rowOf(cell))) go(below(cell, 1));
    return true;
  };

  /** Past the last cell of the table a new row begins; from a blank one Tab goes on through the page. */
  const onward = (cell) => {
    const row = grid.isEmpty(grid.rowOf(cell)) ? null : grid.addRow(grid.rowOf(cell));
    return row && go(grid.cells(row)[0]);
  };

  const corner = (end) => {
    const used = grid.rows().filter((row) => !grid.isEmpty(row));
    const row = end ? used[used.length - 1] || grid.rows()[0] : grid.rows()[0];
    const cells = grid.cells(row);
    return go(cells[end ? cells.length - 1 : 0]);
  };

  /** In a text that is edited the arrow belongs to the caret, until the end of what was just typed. */
  const leaves = (cell, step) => {
    if (mode === "") return true;
    if (mode === "editing" || cell.selectionStart !== cell.selectionEnd) return false;
    return step < 0 ? cell.selectionStart === 0 : cell.selectionStart === cell.value.length;
  };

  const restore = (cell) => {
    if (mode === "" && cell.value === original) return grid.clearBlock && grid.clearBlock();
    if (grid.set(cell, original)) grid.tell(cell);
    return go(cell);
  };

  const edit = (cell) => {
    mode = "editing";
    cell.setSelectionRange(cell.value.length, cell.value.length);
    return true;
  };

  const side = (cell, step) => leaves(cell, step)
    && (go(beside(cell, step)) || (step > 0 && focusTools(grid.rowOf(cell))));
  const focusTools = (row) => {
    const button = row.querySelector(".grid-tools button");
    if (button) button.focus();
    return Boolean(button);
  };

  const PLAIN = {
    Enter: (cell, event) => (event.shiftKey ? go(below(cell, -1)) || true : down(cell)),
    Tab: (cell, event) => go(beside(cell, event.shiftKey ? -1 : 1, true)) || (!event.shiftKey && onward(cell)),
    ArrowUp: (cell) => go(below(cell, -1)) || true,
    ArrowDown: (cell) => go(below(cell, 1)) || true,
    ArrowLeft: (cell) => side(cell, -1),
    ArrowRight: (cell) => side(cell, 1),
    Home: (cell) => mode === "" && go(grid.cells(grid.rowOf(cell))[0]),
    End: (cell) => mode === "" && go(grid.cells(grid.rowOf(cell)).pop()),
    F2: (cell) => edit(cell),
    Escape: (cell) => restore(cell),
  };
  const CONTROL = {
    Home: () => mode !== "editing" && corner(false),
    End: () => mode !== "editing" && corner(true),
    z: () => mode === "" && grid.undo(),
    y: () => mode === "" && grid.redo(),
    "/": () => grid.showHelp && grid.showHelp(),
  };
  const ALT = {
    ArrowUp: (cell) => { grid.moveRow(grid.rowOf(cell), -1); return true; },
    ArrowDown: (cell) => { grid.moveRow(grid.rowOf(cell), 1); return true; },
    Insert: (cell) => go(grid.cellOf(grid.insertRow(grid.rowOf(cell)) || grid.rowOf(cell), "provider")),
    Delete: (cell) => { grid.removeRow(grid.rowOf(cell)); return true; },
  };

  const table = (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey) return CONTROL;
    return event.altKey && !event.ctrlKey ? ALT : PLAIN;
  };

  grid.body.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return; // Enter and arrows belong to the input method
    const cell = event.target;
    if (!grid.isCell(cell)) return toolKeys(event);
    if (event.shiftKey && mode === "" && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      if (grid.redo()) event.preventDefault();
      return;
    }
    if (event.shiftKey && !["Enter", "Tab", "Escape"].includes(event.key)) return; // a block: grid-select.js
    const act = table(event)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act && act(cell, event)) event.preventDefault();
  });

  /** From the buttons of a row back into it, and between them. */
  const toolKeys = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const button = event.target.closest(".grid-tools button");
    if (!step || !button) return;
    const buttons = Array.from(button.closest(".grid-tools").querySelectorAll("button"));
    const next = buttons[buttons.indexOf(button) + step];
    if (next) next.focus();
    else if (step < 0) go(grid.cells(grid.rowOf(button)).pop());
    event.preventDefault();
  };

  // --- what makes a cell edited

  /** However the focus comes into a cell, by a key, a link or a script: it is selected. */
  grid.body.addEventListener("focusin", (event) => {
    if (!grid.isCell(event.target)) return;
    const isBack = event.target === away;
    away = null;
    if (isBack) return; // what was being typed goes on
    original = event.target.value;
    mode = "";
    event.target.select();
  });
  grid.body.addEventListener("focusout", (event) => { away = document.hasFocus() ? null : event.target; });
  grid.body.addEventListener("input", (event) => { if (event.isTrusted && mode === "") mode = "typing"; });
  grid.body.addEventListener("mousedown", (event) => {
    if (event.shiftKey || event.button !== 0 || !grid.isCell(event.target)) return;
    const isHere = event.target === document.activeElement;
    if (isHere && mode !== "") mode = "editing"; // the click puts the caret into what is being typed
    else {
      event.preventDefault();
      if (isHere && event.detail > 1) edit(event.target);
      else go(event.target);
    }
  });
})();
