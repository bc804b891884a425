/* Providers while typing: names of the register that hold what was typed, in the name or in another name of it. A
   combobox as WAI-ARIA describes it; without scripts the field has the same names as a plain list. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  const list = document.getElementById("providers");
  if (!grid || !list) return;
  const SHOWN_AT_MOST = 8;
  const fold = (text) => text.replace(/[\s()（）]/g, "").toLowerCase();
  const known = Array.from(list.options, (option) => ({
    name: option.value,
    forms: [option.value, ...JSON.parse(option.dataset.aliases || "[]")],
  })).map((each) => Object.assign(each, { folded: each.forms.map(fold) }));
  let box = null;
  let owner = null;
  let active = -1;

  const matches = (typed) => {
    const wanted = fold(typed);
    if (!wanted) return [];
    const found = [];
    known.forEach((each) => {
      const at = each.folded.findIndex((form) => form.includes(wanted));
      if (at >= 0 && each.name !== typed) found.push({ name: each.name, by: at ? each.forms[at] : "", starts: each.folded[at].startsWith(wanted) });
    });
    return found.sort((one, other) => other.starts - one.starts).slice(0, SHOWN_AT_MOST);
  };

  const close = () => {
    if (box) box.remove();
    if (owner) {
      owner.setAttribute("aria-expanded", "false");
      owner.removeAttribute("aria-activedescendant");
    }
    box = owner = null;
    active = -1;
  };

  const open = (cell) => {
    close();
    const found = matches(cell.value);
    if (!found.length) return;
    owner = cell;
    box = document.createElement("ul");
    box.className = "cell-choices";
    box.id = `${cell.id}-choices`;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", grid.text("providers"));
    found.forEach((each, index) => {
      const option = document.createElement("li");
      option.id = `${box.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.name = each.name;
      option.textContent = each.by ? grid.text("alias", { name: each.name, alias: each.by }) : each.name;
      box.append(option);
    });
    cell.closest("td").append(box);
    cell.setAttribute("aria-expanded", "true");
    cell.setAttribute("aria-controls", box.id);
    grid.announce(grid.text("choices", { count: found.length }));
  };

  const choose = (step) => {
    const options = Array.from(box.children);
    active = (active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length;
    options.forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === active));
      if (index === active) owner.setAttribute("aria-activedescendant", option.id);
    });
  };

  const take = (option) => {
    const cell = owner;
    close();
    grid.change([[cell, option.dataset.name]]);
    grid.go(cell);
  };

  const prepare = (cell) => {
    cell.removeAttribute("list");
    cell.setAttribute("role", "combobox");
    cell.setAttribute("aria-autocomplete", "list");
    cell.setAttribute("aria-expanded", "false");
  };
  grid.rows().forEach((row) => prepare(grid.cells(row)[0]));

  const isProvider = (node) => grid.isCell(node) && grid.columnOf(node) === "provider";
  grid.body.addEventListener("input", (event) => { if (event.isTrusted && isProvider(event.target)) open(event.target); });
  grid.body.addEventListener("focusout", close);
  grid.body.addEventListener("mousedown", (event) => {
    const option = event.target.closest(".cell-choices li");
    if (!option) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take(option);
  }, true);
  grid.body.addEventListener("keydown", (event) => {
    if (!box || event.target !== owner || event.isComposing || event.altKey || event.ctrlKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && active >= 0) take(box.children[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
