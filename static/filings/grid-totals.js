/* 合计 at once, while the server's answer is on its way: of plain whole numbers only. What they really mean, and every
   other figure beside a column, the answer says. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;

  /** The whole number that the text plainly is, or null. Blank and the marks for “nothing” are 0. */
  const read = (text) => {
    const plain = text.trim()
      .replace(/[\uFF10-\uFF19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xFEE0))
      .replace(/\uFF0C/g, ",");
    if (!plain || grid.nothing.includes(plain.toLowerCase())) return 0;
    return /^(\d+|\d{1,3}(,\d{3})+)$/.test(plain) ? Number(plain.replace(/,/g, "")) : null;
  };

  const total = () => {
    const rows = grid.rows().filter((row) => !grid.isTotal(grid.cellOf(row, "provider").value));
    grid.table.querySelectorAll("[data-total]").forEach((place) => {
      const cells = rows.map((row) => grid.cellOf(row, place.dataset.total));
      const values = cells.map((cell) => read(cell.dataset.figure || cell.value));
      cells.forEach((cell, index) => cell.classList.toggle("is-unread", values[index] === null));
      const unread = values.includes(null);
      place.textContent = unread ? "—" : values.reduce((sum, value) => sum + value, 0).toLocaleString("en-US"); // 9,896 in both languages
      place.title = unread ? grid.text("unread") : "";
    });
  };

  grid.total = total;
  let planned = 0;
  grid.form.addEventListener("input", () => {
    window.cancelAnimationFrame(planned);
    planned = window.requestAnimationFrame(total);
  });
  total();
})();
