/* Lets the form of a return behave like a sheet: live totals, keys, pasting, adding and removing rows.
   The form is complete without it, and the server alone decides what a cell means. Texts come from the template. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-grid]");
  const table = form && form.querySelector("table.grid");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = () => Array.from(body.querySelectorAll("tr[data-row]"));
  const cells = (row) => Array.from(row.querySelectorAll('input[name^="row-"]'));
  const isEmpty = (row) => cells(row).every((cell) => cell.value.trim() === "");
  const changed = (cell) => cell.dispatchEvent(new Event("input", { bubbles: true }));

  // --- totals

  const NOTHING = ["", "/", "／", "无", "—", "——", "-", "－", "–", "−"];

  /** The whole number that the text plainly is, or null. Blank and the marks for “nothing” are 0. */
  const read = (text) => {
    const plain = text.trim()
      .replace(/[\uFF10-\uFF19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xFEE0))
      .replace(/\uFF0C/g, ",");
    if (NOTHING.includes(plain)) return 0;
    return /^(\d+|\d{1,3}(,\d{3})+)$/.test(plain) ? Number(plain.replace(/,/g, "")) : null;
  };

  const total = () => {
    table.querySelectorAll("[data-total]").forEach((place) => {
      const column = Array.from(body.querySelectorAll(`input[name$="-${place.dataset.total}"]`));
      const values = column.map((cell) => read(cell.value));
      column.forEach((cell, index) => cell.classList.toggle("is-unread", values[index] === null));
      const unread = values.includes(null);
      place.textContent = unread ? "—" : values.reduce((sum, value) => sum + value, 0).toLocaleString("en-US"); // 9,896 in both languages
      place.title = unread ? table.dataset.unread : "";
    });
  };

  // --- rows

  const NUMBERED = ["name", "id", "aria-labelledby", "aria-describedby"];

  const renumber = (row, number) => {
    [row, ...row.querySelectorAll("*")].forEach((node) => {
      NUMBERED.filter((name) => node.hasAttribute(name)).forEach((name) => {
        node.setAttribute(name, node.getAttribute(name).replace(/\brow-\d+/g, `row-${number}`));
      });
      if (node.hasAttribute("data-remove-row")) node.value = number;
      if (node.hasAttribute("data-row-number")) node.textContent = number;
    });
  };

  const addRow = () => {
    const all = rows();
    if (all.length >= Number(table.dataset.maxRows || 200)) return null;
    const row = all[all.length - 1].cloneNode(true);
    row.querySelectorAll(".cell-message").forEach((message) => message.remove());
    row.querySelectorAll("td").forEach((cell) => cell.classList.remove("has-error", "has-question", "has-notice"));
    cells(row).forEach((cell) => {
      cell.value = "";
      cell.defaultValue = "";
      ["aria-invalid", "aria-describedby"].forEach((name) => cell.removeAttribute(name));
    });
    renumber(row, all.length + 1);
    body.insertBefore(row, all[all.length - 1].nextSibling);
    return row;
  };

  const removeRow = (row) => {
    if (!isEmpty(row) && !window.confirm(table.dataset.removeConfirm)) return;
    const all = rows();
    const index = all.indexOf(row);
    if (all.length === 1) cells(row).forEach((cell) => { cell.value = ""; });
    else row.remove();
    rows().forEach((each, position) => {
      if (position >= index) each.querySelectorAll(".cell-message button").forEach((offer) => offer.remove()); // names the old number
      renumber(each, position + 1);
    });
    const near = rows()[Math.min(index, rows().length - 1)];
    cells(near)[0].focus();
    changed(cells(near)[0]);
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row], [data-remove-row]");
    if (!button) return;
    event.preventDefault();
    if (button.hasAttribute("data-remove-row")) return removeRow(button.closest("tr"));
    const row = addRow();
    if (row) go(cells(row)[0]);
  });

  // --- moving

  const go = (cell) => {
    if (!cell) return false;
    cell.focus();
    if (cell.select) cell.select();
    return true;
  };

  const below = (cell, step) => {
    const row = rows()[rows().indexOf(cell.closest("tr")) + step];
    return row && cells(row)[cells(cell.closest("tr")).indexOf(cell)];
  };

  const beside = (cell, step, wrap) => {
    const row = cells(cell.closest("tr"));
    const next = row[row.indexOf(cell) + step];
    if (next || !wrap) return next;
    const other = rows()[rows().indexOf(cell.closest("tr")) + step];
    return other && cells(other)[step > 0 ? 0 : row.length - 1];
  };

  const enter = (cell) => {
    if (go(below(cell, 1))) return;
    const row = isEmpty(cell.closest("tr")) ? null : addRow();
    if (row) go(below(cell, 1));
  };

  const move = (event) => {
    const cell = event.target;
    const marked = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const atStart = marked || cell.selectionEnd === 0;
    const atEnd = marked || cell.selectionStart === cell.value.length;
    const row = cells(cell.closest("tr"));
    switch (event.key) {
      case "Enter": event.shiftKey ? go(below(cell, -1)) : enter(cell); return true;
      case "ArrowUp": return go(below(cell, -1));
      case "ArrowDown": return go(below(cell, 1));
      case "ArrowLeft": return atStart && go(beside(cell, -1));
      case "ArrowRight": return atEnd && go(beside(cell, 1) || cell.closest("tr").querySelector("[data-remove-row]"));
      case "Home": return atStart && go(row[0]);
      case "End": return atEnd && go(row[row.length - 1]);
      case "Tab": return go(beside(cell, event.shiftKey ? -1 : 1, true)); // past the last cell: as everywhere
      default: return false;
    }
  };

  body.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // Enter and arrows belong to the input method
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("[data-remove-row]")) {
      if (event.key === "ArrowLeft" && go(cells(event.target.closest("tr")).pop())) event.preventDefault();
    } else if (event.target.matches('input[name^="row-"]') && move(event)) event.preventDefault();
  });

  // --- pasting a block from a workbook

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData ? event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "") : "";
    if (!event.target.matches('input[name^="row-"]') || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const first = cells(event.target.closest("tr")).indexOf(event.target);
    let row = event.target.closest("tr");
    for (const line of text.split("\n")) {
      row = row || addRow();
      if (!row) {
        window.alert(table.dataset.full);
        break;
      }
      const targets = cells(row).slice(first);
      line.split("\t").slice(0, targets.length).forEach((value, index) => { targets[index].value = value.trim(); });
      row = rows()[rows().indexOf(row) + 1];
    }
    changed(event.target);
  });

  // --- nil return, and leaving with something unsaved

  const nil = form.querySelector("[data-nil]");
  const dim = () => form.classList.toggle("is-nil", nil.checked);
  if (nil) {
    nil.addEventListener("change", dim);
    dim();
  }

  let edits = 0; // counted, so that typing during a background save is not taken for saved
  let sent = 0;
  let saved = 0;
  form.addEventListener("input", () => {
    edits += 1;
    total();
  });
  form.addEventListener("htmx:beforeRequest", () => { sent = edits; });
  form.addEventListener("grid:saved", () => { saved = sent; });
  form.addEventListener("submit", () => { saved = Infinity; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) saved = 0; });
  window.addEventListener("beforeunload", (event) => {
    if (edits <= saved) return;
    event.preventDefault();
    event.returnValue = "";
  });

  total();
})();
