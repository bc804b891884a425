/* A block pasted from WPS, Excel or another sheet. When it would overwrite something or does not fit, a preview asks
   first; it can be taken back at one stroke. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;
  const dialog = document.querySelector("dialog[data-paste]");
  const SHOWN_AT_MOST = 12;
  let waiting = null;

  /** The rows of a tab-separated text; a quoted field may hold tabs, line breaks and doubled quotes. */
  const parse = (text) => {
    const rows = [[]];
    const field = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/g;
    for (let found = field.exec(text); found; found = field.exec(text)) {
      rows[rows.length - 1].push((found[1] === undefined ? found[2] : found[1].replace(/""/g, '"')).trim());
      if (found[3] === "" || field.lastIndex >= text.length) break;
      if (found[3] !== "\t") rows.push([]);
    }
    return rows;
  };

  /** One value over a marked block fills it; a block begins at the upper left cell. */
  const plan = (values, block) => {
    const fills = values.length === 1 && values[0].length === 1 && grid.hasBlock();
    const wanted = fills ? block.map((row) => row.map(() => values[0][0])) : values;
    const first = grid.rows().indexOf(grid.rowOf(block[0][0]));
    const column = grid.columns.indexOf(grid.columnOf(block[0][0]));
    const read = fills ? { column, rows: wanted, left: "" } : grid.readBlock(wanted, column, first);
    const room = grid.limit - first;
    const width = grid.columns.length - read.column;
    const lost = read.rows.reduce((count, row, index) => count + (index < room ? Math.max(0, row.length - width) : row.length), 0);
    return { first, column: read.column, rows: read.rows.slice(0, room).map((row) => row.slice(0, width)), lost, left: read.left };
  };

  const overwritten = (planned) => {
    const found = [];
    planned.rows.forEach((values, index) => {
      const row = grid.rows()[planned.first + index];
      values.forEach((value, offset) => {
        const cell = row && grid.cellOf(row, grid.columns[planned.column + offset]);
        if (cell && cell.value.trim() && cell.value !== value) found.push({ number: planned.first + index + 1, cell, value });
      });
    });
    return found;
  };

  /** How many new values fall where another figure is computed. */
  const besideComputed = (planned) => planned.rows.reduce((count, values, index) => {
    const row = grid.rows()[planned.first + index];
    return count + values.filter((value, offset) => {
      const cell = row && grid.cellOf(row, grid.columns[planned.column + offset]);
      return cell && cell.readOnly && cell.value !== value && grid.isOther(value.trim(), cell.dataset.figure);
    }).length;
  }, 0);

  const fill = (planned) => {
    const added = [];
    while (grid.rows().length < planned.first + planned.rows.length) added.push(grid.addRow(grid.rows()[grid.rows().length - 1]));
    const pairs = [];
    planned.rows.forEach((values, index) => {
      const row = grid.rows()[planned.first + index];
      values.forEach((value, offset) => pairs.push([grid.cellOf(row, grid.columns[planned.column + offset]), value]));
    });
    const count = grid.change(pairs);
    grid.clearBlock();
    if (pairs.length) grid.go(pairs[0][0]);
    grid.announce(grid.text("pasted", { count }));
  };

  const heading = (cell) => document.getElementById(`column-${grid.columnOf(cell)}`).textContent.trim();

  const ask = (planned, over, beside) => {
    const count = planned.rows.reduce((sum, row) => sum + row.length, 0);
    dialog.querySelector("[data-paste-summary]").textContent = grid.text("pasteSummary", { count, over: over.length });
    const left = dialog.querySelector("[data-paste-left]");
    left.hidden = !planned.left;
    left.textContent = planned.left;
    const misfit = dialog.querySelector("[data-paste-lost]");
    misfit.hidden = !planned.lost;
    misfit.textContent = grid.text("pasteLost", { count: planned.lost });
    const computed = dialog.querySelector("[data-paste-computed]");
    computed.hidden = !beside;
    computed.textContent = grid.text("pasteComputed", { count: beside });
    const list = dialog.querySelector("tbody");
    list.textContent = "";
    over.slice(0, SHOWN_AT_MOST).forEach((each) => {
      const row = list.insertRow();
      [each.number, heading(each.cell), each.cell.value, each.value].forEach((value) => { row.insertCell().textContent = value; });
    });
    dialog.querySelector("[data-paste-table]").hidden = !over.length;
    const more = dialog.querySelector("[data-paste-more]");
    more.hidden = over.length <= SHOWN_AT_MOST;
    more.textContent = grid.text("pasteMore", { count: over.length - SHOWN_AT_MOST });
    waiting = planned;
    dialog.showModal();
  };

  grid.body.addEventListener("paste", (event) => {
    const text = event.clipboardData ? event.clipboardData.getData("text/plain").replace(/(\r\n|\r|\n)$/, "") : "";
    if (!grid.isCell(event.target) || !(/[\t\r\n]/.test(text) || grid.hasBlock() || event.target.readOnly)) return;
    event.preventDefault();
    const planned = plan(parse(text), grid.block());
    const over = overwritten(planned);
    const beside = besideComputed(planned);
    if (over.length || planned.lost || planned.left || beside) ask(planned, over, beside);
    else fill(planned);
  });

  dialog.addEventListener("close", () => {
    const planned = waiting;
    waiting = null;
    const first = planned && grid.cellOf(grid.rows()[planned.first], grid.columns[planned.column]);
    if (first) grid.go(first);
    if (planned && dialog.returnValue === "paste") fill(planned);
    dialog.returnValue = "";
  });
})();
