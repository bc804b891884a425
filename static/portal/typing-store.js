/* Typing that has not reached the server, kept in this browser (IndexedDB): figures and provider names, by account and
   return. It survives the end of the browser. Signing out asks before it is deleted; another account never reads it. */
window.portalTyping = (() => {
  "use strict";
  const NAME = "portal-typing";
  const STORE = "pages";
  const OLDEST = 30 * 24 * 3600 * 1000;
  let opened = null;
  let isOver = false; // this page signs out: what it still has under way is not kept any more

  const open = () => {
    if (!opened) {
      opened = new Promise((resolve, reject) => {
        const request = window.indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => { request.result.createObjectStore(STORE, { keyPath: "page" }); };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => {
          opened = null; // it may be in use by what is left of a browser that was killed
          reject(request.error);
        };
      });
    }
    return opened;
  };

  const run = async (mode, act) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" }); // on the disk, not only on its way there
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };

  /** A record: {page, user, filing, at, changes, sent}. */
  const put = async (record) => (isOver ? undefined : run("readwrite", (store) => store.put(record)));
  const remove = (page) => run("readwrite", (store) => store.delete(page));
  const list = async (user) => (await run("readonly", (store) => store.getAll())).filter((each) => each.user === user);
  const clear = async (user) => {
    const own = await list(user);
    await Promise.all(own.map((each) => remove(each.page)));
  };
  const forget = async (now) => {
    const all = await run("readonly", (store) => store.getAll());
    await Promise.all(all.filter((each) => now - each.at > OLDEST).map((each) => remove(each.page)));
  };

  // --- signing out, from whatever page

  const session = document.querySelector("[data-session]");
  const leaving = session && document.querySelector('form[action$="/sign-out/"]');
  if (leaving) {
    leaving.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        if (window.portalGrid && window.portalGrid.flush) await window.portalGrid.flush();
        const own = await list(session.dataset.user);
        if (own.length && !window.confirm(session.dataset.unsynced)) return;
        isOver = true;
        await clear(session.dataset.user);
      } catch (error) {
        // a browser that keeps nothing has nothing to delete
      }
      window.portalLeaving = true;
      leaving.submit();
    });
  }

  return { put, remove, list, clear, forget };
})();
