/* What the server has not acknowledged stays in this browser, and is typed again when the page is opened anew. */
(() => {
  "use strict";
  const grid = window.portalGrid;
  const store = window.portalTyping;
  if (!grid || !grid.unsent) return;
  const WRITE = 250; // ms between writes
  const ALIVE = 2000; // ms: an open page says so
  const DEAD = 5000; // ms after which a page that says nothing has ended
  const { user, filing } = grid.form.dataset;
  let timer = 0;
  let kept = false;
  grid.keepsCopy = Boolean(window.indexedDB);

  const write = async () => {
    timer = 0;
    const record = Object.assign({ at: Date.now() }, grid.unsent());
    try {
      if (record.changes.length) {
        kept = true;
        await store.put(record);
      } else if (kept) {
        kept = false;
        await store.remove(record.page);
      }
      grid.keepsCopy = true;
    } catch (error) {
      grid.keepsCopy = false; // the indicator must not promise it
    }
  };
  const plan = () => { if (!timer) timer = window.setTimeout(write, WRITE); };
  grid.form.addEventListener("grid:typed", plan);
  grid.form.addEventListener("grid:kept", plan);
  window.setInterval(() => { if (kept) plan(); }, ALIVE);

  /** Pages that have ended: their typing comes into this one. */
  const takeUp = async () => {
    const ended = (await store.list(user)).filter((each) => (
      each.filing === filing && each.page !== grid.unsent().page && Math.abs(Date.now() - each.at) > DEAD
    ));
    const taken = ended.sort((one, other) => one.at - other.at).filter((each) => grid.takeUp(each));
    if (!ended.length) return;
    if (taken.length) grid.form.dispatchEvent(new CustomEvent("grid:takenUp"));
    await write();
    await Promise.all(ended.map((each) => store.remove(each.page)));
  };

  const look = () => takeUp().catch(() => { grid.keepsCopy = false; });
  const begin = async () => {
    await look();
    [DEAD + 1000, 3 * DEAD].forEach((wait) => window.setTimeout(look, wait));
    store.forget(Date.now()).catch(() => {});
    grid.beginSaving();
  };
  begin();
})();
