/* What the texts of a pasted block are: headings, in whatever order their columns stand, and names of totals. Neither is
   data. The server asks the same of every row that it reads, with the same patterns: reporting/entry/totals.py. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid) return;
  const { shape, edges, brackets, simplified, nothing } = JSON.parse(grid.table.dataset.words);
  const SHAPE = new RegExp(`^(?:${shape})$`);
  const EDGES = new RegExp(`^${edges}|${edges}$`, "g");
  const BRACKETS = new RegExp(brackets, "g");
  const UNSEEN = /[\s\u00ad\u00b7\u034f\u2022\u2027\u200b-\u200d\u2060\u2219\u22c5\u3000\u30fb\ufe00-\ufe0f\ufeff]/g;
  const QUOTES = /["'“”„‟‘’「」『』]/g;
  const FIGURE = /^\d{1,7}$/;

  const fold = (text) => text.normalize("NFKC").replace(UNSEEN, "").replace(QUOTES, '"').toLowerCase();

  grid.nothing = nothing;
  grid.isTotal = (name) => {
    const plain = fold(name).replace(/./g, (each) => simplified[each] || each);
    return SHAPE.test(plain.replace(BRACKETS, "|").replace(EDGES, ""));
  };

  // --- headings

  const asHeading = (text) => fold(text).replace(/"/g, "");
  const known = new Map();
  grid.columns.forEach((column) => {
    const place = document.getElementById(`column-${column}`);
    [place.textContent, place.dataset.heading].filter(Boolean).forEach((text) => known.set(asHeading(text), column));
  });
  const columnsOf = (row) => row.map((text) => known.get(asHeading(text)) || "");

  /** The row of headings: where most are known, two at least, or everything that it holds. -1: there is none. */
  const headingRow = (rows) => {
    const counts = rows.map((row) => {
      const found = columnsOf(row).filter(Boolean).length;
      return found > 1 || found === row.filter((text) => text.trim()).length ? found : 0;
    });
    const most = Math.max(...counts);
    return most ? counts.indexOf(most) : -1;
  };

  // --- a block

  /** What below the last total holds no figure (who filled it in, a telephone number) is no row. */
  const withoutFoot = (rows, nameAt, figuresAt) => {
    const isEnd = (row) => fold(row[nameAt] || "").replace(EDGES, "") === fold(grid.table.dataset.totalLabel);
    const end = rows.map(isEnd).lastIndexOf(true);
    const isRow = (row) => figuresAt.some((at) => FIGURE.test(fold(row[at] || "").replace(/,/g, "")));
    return end < 0 ? rows : rows.filter((row, index) => index <= end || isRow(row));
  };

  const isBlank = (row) => row.every((text) => !text.trim());

  /** A block with headings in the order of the table, from its first column; a place that the block does not have keeps
      what stands there. */
  const arranged = (rows, places, first) => rows.map((row, index) => {
    const target = grid.rows()[first + index];
    return grid.columns.map((column) => {
      const at = places.indexOf(column);
      if (at >= 0) return row[at] || "";
      return target ? grid.cellOf(target, column).value : "";
    });
  });

  const sentence = (name, count, names) => (count ? grid.text(name, { count, names: (names || []).join("、") }) : "");

  /** The rows of data in a pasted block, from which column on they go, and what was left out, in words. */
  grid.readBlock = (values, column, first) => {
    const head = headingRow(values);
    const places = head < 0 ? values[0].map((_text, at) => grid.columns[column + at] || "") : columnsOf(values[head]);
    const nameAt = places.indexOf("provider");
    const figuresAt = places.map((_place, at) => at).filter((at) => places[at] && at !== nameAt);
    const under = head < 0 ? values : values.slice(head + 1).filter((row) => !isBlank(row));
    const above = head < 0 ? under : withoutFoot(under, nameAt, figuresAt);
    const isData = (row) => nameAt < 0 || !grid.isTotal(row[nameAt] || "");
    const totals = above.filter((row) => !isData(row));
    const data = above.filter(isData);
    const strange = head < 0 ? [] : values[head].filter((text, at) => text.trim() && !places[at]);
    const left = [
      sentence("pasteHeadings", head >= 0 ? 1 : 0),
      sentence("pasteAbove", head + 1),
      sentence("pasteTotals", totals.length, totals.map((row) => row[nameAt].trim())),
      sentence("pasteBelow", under.length - above.length),
      sentence("pasteUnknown", strange.length, strange),
    ].filter(Boolean).join(" ");
    return head < 0 ? { column, rows: data, left } : { column: 0, rows: arranged(data, places, first), left };
  };
})();
