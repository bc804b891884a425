/* A block of cells: marked with Shift and the arrows, Shift and a click, or by drawing over it; copied out as a sheet
   takes it, cut, cleared. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;
  let from = null;
  let to = null;

  const place = (cell) => ({ row: grid.rows().indexOf(grid.rowOf(cell)), column: grid.columns.indexOf(grid.columnOf(cell)) });

  /** The cells of the block, row by row; one row of one cell when nothing is marked. */
  grid.block = () => {
    const first = from && from.isConnected ? from : document.activeElement;
    if (!grid.isCell(first)) return [];
    const [one, other] = [place(first), place(to && to.isConnected ? to : first)];
    const columns = grid.columns.slice(Math.min(one.column, other.column), Math.max(one.column, other.column) + 1);
    return grid.rows().slice(Math.min(one.row, other.row), Math.max(one.row, other.row) + 1)
      .map((row) => columns.map((column) => grid.cellOf(row, column)));
  };
  grid.hasBlock = () => Boolean(to && to.isConnected && from !== to);

  const draw = () => {
    grid.body.querySelectorAll(".is-selected").forEach((cell) => cell.classList.remove("is-selected"));
    if (!grid.hasBlock()) return;
    grid.block().forEach((row) => row.forEach((cell) => cell.closest("td").classList.add("is-selected")));
  };
  const mark = (first, last) => {
    from = first;
    to = last;
    draw();
    const block = grid.block();
    if (grid.hasBlock()) grid.announce(grid.text("marked", { rows: block.length, columns: block[0].length }));
  };
  grid.clearBlock = () => {
    const had = grid.hasBlock();
    from = to = null;
    draw();
    return had;
  };

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  grid.body.addEventListener("keydown", (event) => {
    if (!grid.isCell(event.target) || event.isComposing) return;
    const step = STEPS[event.key];
    if (event.shiftKey && step && !event.ctrlKey && !event.altKey && !grid.isEdited()) {
      const at = place(grid.hasBlock() ? to : event.target);
      const row = grid.rows()[at.row + step[0]];
      const next = row && grid.cellOf(row, grid.columns[at.column + step[1]]);
      if (next) mark(event.target, next);
      if (next) next.scrollIntoView({ block: "nearest", inline: "nearest" });
      event.preventDefault();
    } else if (grid.hasBlock() && (event.key === "Delete" || event.key === "Backspace")) {
      clear();
      event.preventDefault();
    }
  });
  const clear = () => {
    const pairs = [].concat(...grid.block()).map((cell) => [cell, ""]);
    grid.announce(grid.text("cleared", { count: grid.change(pairs) }));
  };

  grid.body.addEventListener("focusin", (event) => { if (event.target !== from) grid.clearBlock(); });
  grid.body.addEventListener("input", (event) => { if (event.isTrusted) grid.clearBlock(); });

  grid.body.addEventListener("mousedown", (event) => {
    if (!grid.isCell(event.target) || event.button !== 0) return;
    if (event.shiftKey && grid.isCell(document.activeElement)) {
      mark(document.activeElement, event.target);
      event.preventDefault();
    } else grid.clearBlock();
  });
  grid.body.addEventListener("mouseover", (event) => {
    const start = document.activeElement;
    const td = event.target.closest("td");
    const cell = td && td.querySelector("input[data-cell]");
    if (event.buttons !== 1 || !cell || !grid.isCell(start) || (cell === start && !grid.hasBlock())) return;
    mark(start, cell);
    start.select();
  });

  // --- out of the sheet

  const quoted = (text) => (/["\t\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const copy = (event) => {
    if (!grid.hasBlock()) return false;
    const lines = grid.block().map((row) => row.map((cell) => quoted(cell.dataset.figure || cell.value)).join("\t"));
    event.clipboardData.setData("text/plain", lines.join("\r\n"));
    event.preventDefault();
    grid.announce(grid.text("copied", { rows: lines.length, columns: grid.block()[0].length }));
    return true;
  };
  grid.body.addEventListener("copy", copy);
  grid.body.addEventListener("cut", (event) => { if (copy(event)) clear(); });
})();
