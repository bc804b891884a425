/* The form of a return as a sheet: its rows, its cells, adding, moving and removing rows. What the other grid-*.js share.
   The form is complete without any of them, and the server alone decides what a cell means. Texts come from templates. */
window.portalGrid = (() => {
  "use strict";
  const form = document.querySelector("form[data-grid]");
  const table = form && form.querySelector("table.grid");
  if (!table) return null;
  const body = table.querySelector("tbody[data-rows]");
  const columns = Array.from(table.querySelectorAll("thead [data-column]"), (each) => each.dataset.column);
  const limit = Number(table.dataset.maxRows);

  const rows = () => Array.from(body.rows);
  const cells = (row) => Array.from(row.querySelectorAll("input[data-cell]"));
  const rowOf = (cell) => cell.closest("tr");
  const columnOf = (cell) => cell.dataset.cell;
  const cellOf = (row, column) => row.querySelector(`input[data-cell="${column}"]`);
  const isCell = (node) => Boolean(node) && node.matches && node.matches("input[data-cell]");
  const isEmpty = (row) => cells(row).every((cell) => cell.value.trim() === "");
  const idOf = (row) => row.querySelector("input[data-row-id]").value;
  const setId = (row, id) => { row.querySelector("input[data-row-id]").value = id; };
  const find = (id) => rows().find((row) => idOf(row) === id) || null;

  const randomId = () => Array.from(window.crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  /** Everything that hears of changes listens to “input” on the form, whoever changed the cell. */
  const tell = (node) => node.dispatchEvent(new Event("input", { bubbles: true }));
  const set = (cell, value) => {
    if (cell.value === value) return false;
    cell.value = value;
    return true;
  };

  /** A text of the page, with its gaps filled: text("pasted", {count: 3}). */
  const text = (name, values) => Object.keys(values || {}).reduce(
    (said, key) => said.split(`{${key}}`).join(String(values[key])), form.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] || "",
  );

  const announcer = form.querySelector("[data-announce]");
  const announce = (said) => { announcer.textContent = said; };

  // --- rows

  const NUMBERED = ["name", "id", "aria-labelledby", "aria-describedby", "aria-controls"];

  const renumber = (row, number) => {
    const shown = row.querySelector("[data-row-number]");
    if (shown.textContent === String(number)) return;
    shown.textContent = number;
    [row, ...row.querySelectorAll("*")].forEach((node) => {
      NUMBERED.filter((name) => node.hasAttribute(name)).forEach((name) => {
        node.setAttribute(name, node.getAttribute(name).replace(/\brow-\d+/g, `row-${number}`));
      });
      if (node.matches("[data-remove-row]")) node.value = number;
      if (node.matches("[data-move-row]")) node.value = `${number}:${node.dataset.moveRow}`;
    });
  };
  const renumberAll = () => rows().forEach((row, index) => renumber(row, index + 1));

  /** The activity ledger's figure stands in a cell instead of what is typed there; null: it is typed. */
  const compute = (cell, figure) => {
    const td = cell.closest("td");
    let shown = td.querySelector(".computed-figure");
    td.classList.toggle("computed", figure !== null);
    cell.readOnly = figure !== null;
    if (figure === null) {
      if (shown) shown.remove();
      delete cell.dataset.figure;
      return;
    }
    if (!shown) {
      shown = document.createElement("span");
      shown.className = "computed-figure";
      shown.title = text("computed");
      cell.after(shown);
    }
    cell.dataset.figure = figure;
    const typed = cell.value.trim();
    shown.textContent = figure.toLocaleString("en-US");
    if (!isOther(typed, figure)) return;
    const struck = document.createElement("del");
    struck.textContent = typed;
    shown.prepend(struck, " ");
  };

  /** Whether another figure is typed than the computed one: it is kept and not reported. Plain spellings alone are known
      here (what says “nothing” is 0: grid-names.js); the server knows them all. */
  const isOther = (typed, figure) => {
    const plain = window.portalGrid.nothing.includes(typed.toLowerCase()) ? "0" : typed.replace(/,/g, "");
    return typed !== "" && plain !== String(figure);
  };

  const clean = (row) => {
    row.querySelectorAll(".cell-message, .cell-choices, .cell-ledger").forEach((each) => each.remove());
    row.querySelectorAll("td").forEach((cell) => cell.classList.remove("has-error", "has-question", "has-notice", "has-conflict", "is-selected", "is-theirs"));
    row.classList.remove("has-conflict");
    cells(row).forEach((cell) => {
      compute(cell, null);
      cell.value = "";
      cell.defaultValue = "";
      ["aria-invalid", "aria-describedby", "aria-expanded", "aria-activedescendant"].forEach((name) => cell.removeAttribute(name));
    });
    setId(row, "");
  };

  /** A blank row below `above` (null: on top), or null when the table is full. */
  const addRow = (above) => {
    const all = rows();
    if (all.length >= limit) {
      announce(text("full"));
      return null;
    }
    const row = all[all.length - 1].cloneNode(true);
    clean(row);
    row.querySelector("[data-row-number]").textContent = "";
    body.insertBefore(row, above ? above.nextSibling : body.firstChild);
    renumberAll();
    return row;
  };

  /** Put a row (back) below another one; null: on top. The focus stays where it was. */
  const putRow = (row, above) => {
    const focused = document.activeElement;
    body.insertBefore(row, above ? above.nextSibling : body.firstChild);
    renumberAll();
    if (focused && row.contains(focused)) focused.focus();
  };

  /** Take a row out; the last one is emptied instead. Gives back what puts it there again. */
  const takeRow = (row) => {
    const above = row.previousElementSibling;
    if (rows().length === 1) {
      const filler = row.cloneNode(true);
      clean(filler);
      body.appendChild(filler);
    }
    row.remove();
    renumberAll();
    return () => putRow(row, above && above.isConnected ? above : rows()[rows().length - 1]);
  };

  return {
    form, table, body, columns, limit, rows, cells, rowOf, columnOf, cellOf, isCell, isEmpty, idOf, setId, find, randomId, tell, set, text,
    announce, addRow, putRow, takeRow, compute, isOther,
  };
})();
