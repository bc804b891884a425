/* Keeps what is typed: the difference between the page and what the server has, cell by cell with the text it was based
   on, is sent as somebody types. A packet is repeated unchanged until it is answered; its number makes it count once.
   While there is no answer, grid-copy.js keeps the difference in this browser. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  if (!grid || !grid.form.dataset.autosave) return;
  const { form } = grid;
  const { user, autosave: address } = form.dataset;
  const page = grid.randomId();
  const QUIET = 700; // ms without typing before something is sent
  const LONGEST = 3000; // ms that something typed waits at most
  const LOOK = 20000; // ms until the next look at what colleagues typed
  const PATIENCE = 15000; // ms for an answer
  const AT_MOST = 1500; // changes in a packet
  const revision = form.querySelector("[name=revision]");
  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const unit = form.querySelector("[name=made_for]").value; // the unit that this page was made for

  // --- what the server has: {order, rows: id -> {column: text}, texts}

  const shadow = { order: [], rows: new Map(), texts: {} };
  const held = new Map(); // key of a cell, a text or a row -> what stands at the server: excluded until somebody decides
  const keyOf = (row, column) => `${row}/${column}`;
  const texts = () => Array.from(form.querySelectorAll("[data-text]"));

  const blank = () => grid.columns.reduce((row, column) => Object.assign(row, { [column]: "" }), {});
  grid.rows().forEach((row) => {
    if (!grid.idOf(row)) return;
    shadow.order.push(grid.idOf(row));
    shadow.rows.set(grid.idOf(row), grid.cells(row).reduce((found, cell) => Object.assign(found, { [grid.columnOf(cell)]: cell.defaultValue }), {}));
  });
  texts().forEach((each) => { shadow.texts[each.name] = each.defaultValue; });

  /** The rows that belong to the draft: down to the last one with something in it. Each gets its id here. */
  const typedRows = () => {
    const all = grid.rows();
    let last = all.length - 1;
    while (last >= 0 && !grid.idOf(all[last]) && grid.isEmpty(all[last])) last -= 1;
    const typed = all.slice(0, last + 1);
    typed.filter((row) => !grid.idOf(row)).forEach((row) => grid.setId(row, grid.randomId()));
    return typed;
  };

  /** What has to be told, in an order that can be followed: rows out, rows in, rows moved, cells, texts. */
  const difference = (withHeld) => {
    const changes = [];
    const rows = typedRows().filter((row) => withHeld || !held.has(grid.idOf(row)));
    const ids = rows.map(grid.idOf);
    const now = shadow.order.filter((id) => {
      if (ids.includes(id) || held.has(id)) return true;
      changes.push({ kind: "remove", row: id, cells: shadow.rows.get(id) });
      return false;
    });
    ids.forEach((id, index) => {
      const above = index ? ids[index - 1] : "";
      const at = now.indexOf(id);
      if (at === index) return;
      changes.push({ kind: at < 0 ? "add" : "move", row: id, after: above });
      if (at >= 0) now.splice(at, 1);
      now.splice(above ? now.indexOf(above) + 1 : 0, 0, id);
    });
    rows.forEach((row) => {
      const known = shadow.rows.get(grid.idOf(row)) || blank();
      grid.cells(row).forEach((cell) => {
        const column = grid.columnOf(cell);
        if (cell.value === known[column] || (!withHeld && held.has(keyOf(grid.idOf(row), column)))) return;
        changes.push({ kind: "cell", row: grid.idOf(row), column, before: known[column], after: cell.value });
      });
    });
    texts().forEach((each) => {
      const known = shadow.texts[each.name] || "";
      if (each.value === known || (!withHeld && held.has(keyOf("", each.name)))) return;
      changes.push({ kind: "text", column: each.name, before: known, after: each.value });
    });
    return changes;
  };

  // --- sending

  let number = 0;
  let outstanding = null;
  let busy = null;
  let isOver = false;
  let wasLast = false; // the last packet of a page that went away is sent
  let isOther = false; // somebody else is signed in in this browser
  let failures = 0;
  let timer = 0;
  let firstTyped = 0;
  let state = "saved";
  let last = {}; // the last answer

  const emit = (name, detail) => form.dispatchEvent(new CustomEvent(`grid:${name}`, { detail }));
  const show = (next, detail) => {
    state = next;
    emit("saving", Object.assign({ state: next }, detail));
  };
  const plan = (wait) => {
    window.clearTimeout(timer);
    if (!isOver) timer = window.setTimeout(() => send(true), wait);
  };

  const post = (packet, options) => fetch(address, Object.assign({
    method: "POST",
    headers: Object.assign(
      { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token(), "X-Portal-Made-For": unit },
      packet.changes.length ? {} : { "X-Portal-Background": "1" }, // nobody typed: no sign of life
    ),
    body: JSON.stringify(packet),
    credentials: "same-origin",
    cache: "no-store",
  }, options));

  const ask = async (packet) => {
    const control = new AbortController();
    const impatience = window.setTimeout(() => control.abort(), PATIENCE);
    try {
      const answer = await post(packet, { signal: control.signal });
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      return { status: answer.status, said: isJson ? await answer.json() : null };
    } finally {
      window.clearTimeout(impatience);
    }
  };

  /** One packet and its answer. True: the server has it. */
  const exchange = async () => {
    if (!outstanding) {
      number += 1;
      outstanding = { user, page, number, seen: Number(revision.value), changes: difference(false).slice(0, AT_MOST) };
      firstTyped = 0;
    }
    if (outstanding.changes.length) show("saving");
    let answer;
    try {
      answer = await ask(outstanding);
    } catch (error) {
      return failed("offline");
    }
    if (answer.status === 200 && answer.said) return take(answer.said);
    if (answer.status === 401) {
      document.dispatchEvent(new CustomEvent("portal:signed-out"));
      return failed("signedOut");
    }
    if (answer.status === 403 && !answer.said) { // the token is that of an older session
      document.dispatchEvent(new CustomEvent("portal:signed-out"));
      return failed("token");
    }
    if (answer.status === 403) {
      document.dispatchEvent(new CustomEvent("portal:signed-out"));
      return failed("other");
    }
    if (answer.status === 409 && answer.said) return end("closed", answer.said);
    if (answer.status === 404 || answer.status === 400 || answer.status === 413) return end("refused", {});
    return failed("away");
  };

  const failed = (why) => {
    failures += 1;
    show(isOther ? "other" : why);
    plan(Math.min(15000, 1000 * 2 ** (failures - 1)));
    return false;
  };

  /** The return takes no typing any more (it was submitted), or this page is not understood: told, and not repeated. */
  const end = (why, said) => {
    isOver = true;
    show(why, said);
    emit("over", said);
    return false;
  };

  const send = async (looksOnly) => {
    if (busy) return busy;
    if (isOver) return false;
    if (!outstanding && !difference(false).length) {
      if (state === "typing") show("saved", last); // typed and taken back
      if (!looksOnly || document.hidden) {
        plan(LOOK);
        return true;
      }
    }
    busy = exchange().catch(() => failed("away")); // a fault here must not end the saving
    const done = await busy;
    busy = null;
    if (done) plan(difference(false).length ? QUIET : LOOK);
    return done;
  };

  /** Everything typed so far is at the server (true), or cannot be brought there now (false). */
  grid.flush = async () => {
    window.clearTimeout(timer);
    for (let tries = 0; tries < 20; tries += 1) {
      if (!(await send(false))) return false;
      if (!outstanding && !difference(false).length) return held.size === 0;
    }
    return false;
  };

  // --- what the answer says

  const take = (said) => {
    const packet = outstanding;
    outstanding = null;
    failures = 0;
    const refused = new Set(said.conflicts.map((each) => `${each.kind}:${keyOf(each.row, each.column)}`));
    packet.changes.filter((each) => !refused.has(`${each.kind}:${keyOf(each.row || "", each.column || "")}`)).forEach(accept);
    said.conflicts.forEach(hold);
    if (said.rows) reconcile(said);
    revision.value = said.revision;
    last = said;
    emit("state", said);
    show(difference(false).length ? "saving" : "saved", said);
    emit("kept");
    return true;
  };

  const accept = (change) => {
    if (change.kind === "text") shadow.texts[change.column] = change.after;
    else if (change.kind === "remove") {
      shadow.order = shadow.order.filter((id) => id !== change.row);
      shadow.rows.delete(change.row);
    } else if (change.kind === "cell") {
      const row = shadow.rows.get(change.row);
      if (row) row[change.column] = change.after;
    } else {
      shadow.order = shadow.order.filter((id) => id !== change.row);
      shadow.order.splice(change.after ? shadow.order.indexOf(change.after) + 1 || shadow.order.length : 0, 0, change.row);
      if (!shadow.rows.has(change.row)) shadow.rows.set(change.row, blank());
    }
  };

  /** Both texts stay until a person decides; until then nothing is sent for that place. */
  const hold = (conflict) => {
    if (conflict.kind === "remove") return bringBack(conflict);
    const isRow = conflict.reason !== "changed";
    const key = isRow ? conflict.row : keyOf(conflict.row, conflict.column);
    if (isRow) {
      shadow.rows.delete(conflict.row);
      shadow.order = shadow.order.filter((id) => id !== conflict.row);
    } else if (conflict.kind === "cell") shadow.rows.get(conflict.row)[conflict.column] = conflict.theirs;
    else shadow.texts[conflict.column] = conflict.theirs;
    held.set(key, conflict);
    emit("conflict", Object.assign({ key }, conflict));
    return null;
  };

  /** A row that was removed here while somebody else typed into it comes back with their typing. */
  const bringBack = (conflict) => {
    const row = grid.addRow(grid.rows()[grid.rows().length - 1]);
    if (!row) return;
    grid.setId(row, conflict.row);
    shadow.rows.set(conflict.row, Object.assign(blank(), conflict.cells));
    grid.cells(row).forEach((cell) => grid.set(cell, shadow.rows.get(conflict.row)[grid.columnOf(cell)]));
    grid.announce(grid.text("cameBack"));
  };

  grid.decide = (key, isMine) => {
    const conflict = held.get(key);
    held.delete(key);
    const row = conflict.row && grid.find(conflict.row);
    if (conflict.reason === "changed") {
      const place = conflict.kind === "text" ? form.querySelector(`[name="${conflict.column}"]`) : row && grid.cellOf(row, conflict.column);
      if (place && !isMine) grid.set(place, conflict.theirs);
    } else if (row && isMine) grid.setId(row, grid.randomId()); // a row of its own
    else if (row) grid.takeRow(row);
    emit("decided", { key });
    grid.tell(row && row.isConnected ? row : grid.table);
  };
  grid.heldKeys = () => Array.from(held.keys());

  /** Bring in what others typed. What differs here from what the server had is left alone: the next packet asks. */
  const reconcile = (said) => {
    const theirs = new Map(said.rows.map((row) => [row.id, row.cells]));
    const sameOrder = typedRows().map(grid.idOf).filter((id) => shadow.rows.has(id)).join() === shadow.order.filter((id) => grid.find(id)).join();
    shadow.order.filter((id) => !theirs.has(id)).forEach((id) => {
      const row = grid.find(id);
      const known = shadow.rows.get(id);
      shadow.rows.delete(id);
      if (!row) return;
      if (grid.cells(row).every((cell) => cell.value === known[grid.columnOf(cell)])) leaveOut(row);
      else hold({ reason: "gone", kind: "cell", row: id, column: "provider", theirs: "" });
    });
    said.rows.forEach((each, index) => {
      const above = index ? grid.find(said.rows[index - 1].id) : null;
      if (!shadow.rows.has(each.id)) {
        if (!grid.find(each.id)) bringIn(each, above);
        shadow.rows.set(each.id, blank());
      }
      const known = shadow.rows.get(each.id);
      const row = grid.find(each.id);
      grid.columns.forEach((column) => {
        const cell = row && grid.cellOf(row, column);
        const conflict = held.get(keyOf(each.id, column));
        if (conflict) conflict.theirs = known[column] = each.cells[column];
        else known[column] = agree(cell, known[column], each.cells[column]);
      });
    });
    shadow.order = said.rows.map((row) => row.id);
    if (sameOrder) adoptOrder();
    texts().forEach((each) => {
      if (said.texts[each.name] !== undefined && !held.has(keyOf("", each.name))) {
        shadow.texts[each.name] = agree(each, shadow.texts[each.name] || "", said.texts[each.name]);
      }
    });
    Object.keys(said.texts).filter((name) => shadow.texts[name] === undefined).forEach((name) => { shadow.texts[name] = said.texts[name]; });
    grid.tell(grid.table);
  };
  grid.textKnown = (name) => shadow.texts[name] || "";
  grid.nowKnown = (name) => { if (shadow.texts[name] === undefined) shadow.texts[name] = ""; };

  /** What the server is known to have after its text is seen. */
  const agree = (place, known, theirs) => {
    if (!place || place.value === theirs) return theirs;
    if (place.value !== known) return known;
    if (known === theirs) return known;
    const isMarked = document.activeElement === place && place.selectionEnd - place.selectionStart === place.value.length;
    place.value = theirs;
    if (isMarked) place.select();
    if (grid.isCell(place)) place.closest("td").classList.add("is-theirs");
    return theirs;
  };

  const bringIn = (each, above) => {
    const spare = grid.rows().find((row) => !grid.idOf(row) && grid.isEmpty(row) && !row.contains(document.activeElement));
    const row = spare || grid.addRow(above);
    if (!row) return;
    grid.setId(row, each.id);
    grid.putRow(row, above);
  };

  const leaveOut = (row) => {
    const isHere = row.contains(document.activeElement);
    const next = row.nextElementSibling || row.previousElementSibling;
    grid.takeRow(row);
    if (isHere && next) grid.go(grid.cells(next)[0]);
    grid.announce(grid.text("leftOut"));
  };

  const adoptOrder = () => {
    let above = null;
    shadow.order.map(grid.find).filter(Boolean).forEach((row) => {
      if (row.previousElementSibling !== above) grid.putRow(row, above);
      above = row;
    });
  };

  /** The page goes away: what is typed goes out in one packet that outlives it. What is on its way already is in it again,
      first, so that it counts whether or not that arrives. Nobody reads the answer. */
  const sendLast = () => {
    const sent = outstanding ? outstanding.changes : [];
    sent.forEach(accept);
    const changes = [...sent, ...difference(false)].slice(0, AT_MOST);
    if (isOver || isOther || !changes.length) return;
    number += 1;
    wasLast = true;
    post({ user, page, number, seen: Number(revision.value), changes }, { keepalive: true }).catch(() => {}); // the copy in this browser remains
  };

  // --- for grid-copy.js: what the server has not got, and taking it up again

  grid.unsent = () => ({
    page,
    user,
    filing: form.dataset.filing,
    changes: difference(true).filter((each) => each.kind !== "text"),
    sent: outstanding ? outstanding.changes.filter((each) => each.kind === "cell").map((each) => [keyOf(each.row, each.column), each.after]) : [],
  });

  /** Type again what a page that ended had not brought to the server. Where something else stands now, ask. True: there
      was something that the server had not got after all. */
  grid.takeUp = (record) => {
    const before = difference(true).length;
    const sent = new Map(record.sent);
    record.changes.forEach((change) => {
      const row = grid.find(change.row);
      const above = change.after ? grid.find(change.after) : null;
      if (change.kind === "add" && !row) {
        const spare = grid.rows().find((each) => !grid.idOf(each) && grid.isEmpty(each)) || grid.addRow(above);
        if (!spare) return;
        grid.setId(spare, change.row);
        grid.putRow(spare, above);
      } else if (change.kind === "move" && row) grid.putRow(row, above);
      else if (change.kind === "remove" && row && grid.cells(row).every((cell) => cell.value === change.cells[grid.columnOf(cell)])) grid.takeRow(row);
      else if (change.kind === "cell") retype(change, row, sent);
    });
    grid.tell(grid.table);
    return difference(true).length > before;
  };
  const retype = (change, known, sent) => {
    let row = known;
    if (!row) { // removed meanwhile: it comes as a new row, and its person sees it
      row = grid.rows().find((each) => !grid.idOf(each) && grid.isEmpty(each)) || grid.addRow(grid.rows()[grid.rows().length - 1]);
      if (!row) return;
      grid.setId(row, change.row);
    }
    const cell = grid.cellOf(row, change.column);
    const stands = shadow.rows.has(change.row) ? shadow.rows.get(change.row)[change.column] : "";
    const mayType = stands === change.before || stands === sent.get(keyOf(change.row, change.column)) || stands === change.after;
    grid.set(cell, change.after);
    if (!mayType && shadow.rows.has(change.row)) hold({ reason: "changed", kind: "cell", row: change.row, column: change.column, mine: change.after, theirs: stands });
  };

  /** A page that shows one's own typing beside another state at the server: each difference is a question. */
  const confront = (said) => {
    said.rows.forEach((each) => {
      const row = grid.find(each.id);
      if (!row) return;
      shadow.rows.set(each.id, Object.assign(blank(), each.cells));
      grid.cells(row).filter((cell) => cell.value !== each.cells[grid.columnOf(cell)]).forEach((cell) => hold({
        reason: "changed", kind: "cell", row: each.id, column: grid.columnOf(cell), mine: cell.value, theirs: each.cells[grid.columnOf(cell)],
      }));
    });
  };

  // --- when

  form.addEventListener("input", () => {
    emit("typed");
    const now = Date.now();
    firstTyped = firstTyped || now;
    if (failures) return; // the next attempt is planned
    if (state === "saved") show("typing");
    window.clearTimeout(timer);
    if (!isOver) timer = window.setTimeout(() => send(false), Math.max(0, Math.min(QUIET, firstTyped + LONGEST - now)));
  });
  const soon = () => { if (!isOver) plan(50); };
  window.addEventListener("online", soon);
  document.addEventListener("portal:other", () => {
    isOther = true;
    if (failures) show("other");
  });
  document.addEventListener("portal:signed-in", () => {
    isOther = false;
    if (failures) plan(100 * failures);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) soon();
    else if (!isOver && !failures && difference(false).length) plan(0); // a phone may end the page without another word
  });
  window.addEventListener("pagehide", sendLast);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (wasLast) window.location.reload(); // the server may have more than this page knows
    else soon();
  });
  window.addEventListener("beforeunload", (event) => {
    if (window.portalLeaving || state === "saved" || (!difference(true).length && !outstanding)) return;
    event.preventDefault();
    event.returnValue = "";
  });

  const begin = async () => {
    if (!form.hasAttribute("data-conflict")) {
      send(true);
      return;
    }
    shadow.order = [];
    shadow.rows.clear();
    try {
      const answer = await ask({ user, page, number: 0, seen: 0, changes: [] });
      if (answer.status !== 200) return end("refused", {});
      shadow.order = answer.said.rows.map((row) => row.id);
      confront(answer.said);
      revision.value = answer.said.revision;
      emit("state", answer.said);
      show("typing");
    } catch (error) {
      failed("offline");
    }
    return null;
  };
  grid.beginSaving = begin;
})();
