/* Shows what the server's checks found: at the cell, in the list of open points, beside the button that submits. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid || !grid.flush) return;
  const { form } = grid;
  const points = document.querySelector("[data-points]");
  const questions = document.querySelector("[data-questions]");
  const shown = new Map(); // "row/column" -> what is drawn, as text
  let state = null;

  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };
  const link = (href, text) => {
    const node = make("a", "", text);
    node.href = href;
    return node;
  };

  // --- at the cell

  /** A row that somebody is typing in is not blamed for what is still blank. */
  const told = (name, found) => {
    const row = grid.find(name.split("/")[0]);
    if (!row || !row.contains(document.activeElement)) return found;
    return Object.assign({}, found, { problems: found.problems.filter((each) => each.code !== "blank") });
  };

  const draw = (name, found) => {
    const [id, column] = name.split("/");
    const row = grid.find(id);
    const cell = row && grid.cellOf(row, column);
    if (!cell) return;
    const td = cell.closest("td");
    const old = td.querySelector(".cell-message:not([data-conflict])");
    if (old) old.remove();
    td.classList.toggle("has-error", found.problems.length > 0);
    td.classList.toggle("has-question", !found.problems.length && found.questions.length > 0);
    td.classList.toggle("has-notice", !found.problems.length && !found.questions.length && found.notices.length > 0);
    if (found.problems.length) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
    const message = messageOf(cell, found);
    if (message) {
      td.append(message);
      cell.setAttribute("aria-describedby", message.id);
    } else cell.removeAttribute("aria-describedby");
  };

  const messageOf = (cell, found) => {
    if (!found.problems.length && !found.questions.length && !found.notices.length) return null;
    const message = make("p", "cell-message");
    message.id = `${cell.id}-message`;
    message.append([...found.problems.map((each) => each.text), ...found.questions.map((each) => each.text), ...found.notices].join(" "));
    found.questions.forEach((each) => message.append(" ", link(`#explain-${each.key}`, grid.text("explain"))));
    const offered = found.suggestion === null ? found.offer : String(found.suggestion);
    if (offered) {
      const button = make("button", "button is-small", grid.text("use", { value: offered }));
      button.type = "button";
      button.dataset.take = offered;
      message.append(button);
    }
    return message;
  };

  const drawAll = () => {
    const found = state.cells;
    const names = new Set([...shown.keys(), ...Object.keys(found)]);
    const nothing = { problems: [], questions: [], notices: [], suggestion: null, offer: "" };
    names.forEach((name) => {
      const now = found[name] ? told(name, found[name]) : nothing;
      const text = JSON.stringify(now);
      if (shown.get(name) === text) return;
      draw(name, now);
      if (found[name]) shown.set(name, text);
      else shown.delete(name);
    });
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    const cell = button.closest("td").querySelector("input[data-cell]");
    event.preventDefault();
    grid.change([[cell, button.dataset.take]]);
    grid.go(cell);
  });

  // --- the list of open points

  const placeOf = (point) => {
    const row = point.row && grid.find(point.row);
    const cell = row && grid.cellOf(row, point.column);
    return cell ? cell.id : point.anchor;
  };

  const drawPoints = () => {
    const list = points.querySelector("ul");
    const asked = state.questions.filter((each) => each.is_open);
    const items = [
      ...grid.heldKeys().map((key) => ({ href: `#${grid.conflictPlace(key)}`, text: grid.text("conflictPoint") })),
      ...state.points.map((each) => ({ href: `#${placeOf(each)}`, text: each.text })),
      ...asked.map((each) => ({ href: `#explain-${each.key}`, text: each.text })),
    ];
    const now = JSON.stringify(items);
    if (list.dataset.drawn === now) return;
    list.dataset.drawn = now;
    list.textContent = "";
    items.forEach((each) => {
      const item = make("li");
      item.append(link(each.href, each.text));
      list.append(item);
    });
    points.hidden = !items.length;
    const open = new Set(items.map((each) => each.href));
    document.querySelectorAll("#problems a").forEach((each) => each.classList.toggle("is-done", !open.has(each.getAttribute("href"))));
  };

  // --- questions, each with room for its explanation

  const drawQuestions = () => {
    const list = questions.querySelector("[data-question-list]");
    const template = questions.querySelector("template");
    const keys = state.questions.map((each) => each.key);
    Array.from(list.children).forEach((each) => {
      if (!keys.includes(each.dataset.key) && !each.contains(document.activeElement)) each.remove();
    });
    state.questions.forEach((each) => {
      let box = list.querySelector(`[data-key="${each.key}"]`);
      if (!box) {
        box = document.importNode(template.content, true).firstElementChild;
        box.dataset.key = each.key;
        const area = box.querySelector("textarea");
        area.id = area.name = `explain-${each.key}`;
        area.dataset.text = "";
        box.querySelector("label").htmlFor = area.id;
        box.querySelector("[data-bad]").id = `${area.id}-bad`;
        area.defaultValue = grid.textKnown(area.name);
        grid.nowKnown(area.name);
        list.append(box);
      }
      const area = box.querySelector("textarea");
      box.querySelector("label").textContent = each.text;
      box.classList.toggle("is-answered", !each.is_open);
      box.querySelector("[data-bad]").hidden = !each.is_answered_badly;
      if (each.is_answered_badly) {
        area.setAttribute("aria-invalid", "true");
        area.setAttribute("aria-describedby", `${area.id}-bad`);
      } else ["aria-invalid", "aria-describedby"].forEach((name) => area.removeAttribute(name));
    });
    questions.hidden = !list.children.length;
    const remarks = document.querySelector("[data-remarks]");
    const said = state.information.join("\n");
    if (remarks.dataset.drawn !== said) {
      remarks.textContent = "";
      state.information.forEach((each) => remarks.append(make("li", "", each)));
    }
    remarks.dataset.drawn = said;
    remarks.hidden = !state.information.length;
  };

  // --- the figures beside the columns, and the way to submit

  const drawColumns = () => {
    Object.keys(state.columns).forEach((code) => {
      const column = state.columns[code];
      ["total", "year", "remaining", "rate", "label"].forEach((name) => {
        const place = grid.table.querySelector(`[data-${name}="${code}"]`);
        if (place && column[name]) place.textContent = column[name];
      });
      const label = grid.table.querySelector(`[data-label="${code}"]`);
      if (label) label.className = `progress-label is-${column.state}`;
    });
  };

  const button = form.querySelector("[data-submit]");
  const drawButton = () => {
    const why = document.getElementById("why-not");
    const reason = grid.heldKeys().length ? grid.text("undecided") : state.why_not;
    button.disabled = Boolean(reason);
    why.textContent = "";
    if (reason && !points.hidden) why.append(link("#points", reason));
    else why.textContent = reason;
  };

  const drawEverything = () => {
    if (!state) return;
    drawAll();
    drawPoints();
    drawQuestions();
    drawButton();
  };
  form.addEventListener("grid:state", (event) => {
    state = event.detail;
    drawEverything();
    drawColumns();
  });
  form.addEventListener("grid:conflict", drawEverything);
  form.addEventListener("grid:decided", drawEverything);
  grid.body.addEventListener("focusin", () => { if (state) drawAll(); });
  grid.body.addEventListener("focusout", () => { window.setTimeout(() => { if (state) drawAll(); }, 0); });

  /** What the server drew is known as drawn. */
  grid.rows().forEach((row) => grid.cells(row).forEach((cell) => {
    if (cell.closest("td").querySelector(".cell-message")) shown.set(`${grid.idOf(row)}/${grid.columnOf(cell)}`, "");
  }));
  Array.from(document.querySelectorAll("[data-question-list] > *")).forEach((box) => {
    box.dataset.key = box.querySelector("textarea").name.slice("explain-".length);
  });
})();
