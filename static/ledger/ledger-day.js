/* A day's list: more rows without asking the server, and a block pasted from WPS or Excel. */
(() => {
  "use strict";
  const list = document.querySelector("[data-day-list]");
  if (!list) return;
  const limit = Number(list.dataset.rowsAtMost);
  const rows = () => Array.from(list.querySelectorAll("[data-day-row]"));
  const cells = (row) => Array.from(row.querySelectorAll("[data-column]"));

  const addRow = () => {
    const last = rows()[rows().length - 1];
    const number = rows().length + 1;
    if (number > limit) return null;
    const added = last.cloneNode(true);
    const heading = added.querySelector("th");
    heading.id = `row-${number}`;
    heading.textContent = number;
    added.querySelectorAll(".field-error").forEach((each) => each.remove());
    added.querySelectorAll(".has-error").forEach((each) => each.classList.remove("has-error"));
    cells(added).forEach((cell) => {
      cell.name = `row-${number}-${cell.dataset.column}`;
      cell.id = cell.name;
      cell.value = "";
      cell.setAttribute("aria-labelledby", `row-${number} column-${cell.dataset.column}`);
      cell.removeAttribute("aria-invalid");
      cell.removeAttribute("aria-describedby");
    });
    last.after(added);
    return added;
  };

  /** A choice by its name or its code; what is no choice is left for the person to see. */
  const put = (cell, text) => {
    if (cell.tagName !== "SELECT") {
      cell.value = text;
      return;
    }
    const found = Array.from(cell.options).find((each) => each.text === text || each.value === text);
    if (found) {
      cell.value = found.value;
    } else if (text) {
      cell.add(new Option(text, text));
      cell.value = text;
    }
  };

  document.querySelector("[data-add-rows]").addEventListener("click", (event) => {
    event.preventDefault();
    const added = addRow();
    if (added) cells(added)[0].focus();
  });

  list.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/(\r\n|\r|\n)$/, "");
    const start = event.target.closest("[data-column]");
    if (!start || !/[\t\n\r]/.test(text)) return;
    event.preventDefault();
    const block = text.split(/\r\n|\r|\n/).map((line) => line.split("\t").map((value) => value.trim()));
    const first = rows().indexOf(start.closest("[data-day-row]"));
    const column = cells(start.closest("[data-day-row]")).indexOf(start);
    block.forEach((values, index) => {
      const row = rows()[first + index] || addRow();
      if (row) values.forEach((value, offset) => cells(row)[column + offset] && put(cells(row)[column + offset], value));
    });
  });
})();
