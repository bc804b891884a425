/* Warns before the session ends, and lets people sign in again in another tab without losing what they typed.
   The server decides; this only asks it. Texts and times come from components/session.html. */
(() => {
  "use strict";
  const notice = document.querySelector("[data-session]");
  if (!notice) return;
  const { state, user } = notice.dataset;
  const warning = Number(notice.dataset.warning);
  const every = Number(notice.dataset.check);
  let end = Date.now() + Number(notice.dataset.left) * 1000;
  let shown = "";
  let timer = 0;

  const left = () => Math.round((end - Date.now()) / 1000);
  const isOver = () => shown === "over" || shown === "other";

  const show = (which) => {
    if (which === shown) return;
    notice.querySelectorAll("[data-show]").forEach((part) => { part.hidden = part.dataset.show !== which; });
    notice.hidden = which === "";
    shown = which;
  };

  const plan = () => {
    window.clearTimeout(timer);
    const wait = isOver() ? 3 : Math.max(1, Math.min(every, left() > warning ? left() - warning : left() + 1));
    timer = window.setTimeout(look, wait * 1000);
  };

  /** A page that was opened before signing in again carries the token of the old session in each of its forms. */
  const renew = (token) => {
    document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((field) => { field.value = token; });
  };

  const ask = async (method, headers) => {
    const answer = await fetch(state, {
      method, headers: Object.assign({ Accept: "application/json" }, headers), credentials: "same-origin", cache: "no-store",
    });
    if (answer.ok) return answer.json();
    if (answer.status === 401) return { signed_in: false };
    throw new Error(String(answer.status));
  };

  const heed = (answer) => {
    if (!answer.signed_in) return show("over");
    if (answer.user !== user) {
      document.dispatchEvent(new CustomEvent("portal:other"));
      return show("other");
    }
    const isBack = isOver();
    end = Date.now() + answer.left * 1000;
    renew(answer.token);
    document.dispatchEvent(new CustomEvent("portal:signed-in"));
    if (isBack) show("again");
    else if (answer.left <= warning) show(answer.is_last ? "last" : "soon");
    else if (shown !== "again") show("");
  };

  /** The network may be away: that is not the end of the session. */
  const look = async () => {
    try {
      heed(await ask("GET", { "X-Portal-Background": "1" }));
    } catch (error) {
      if (left() < 0 && !isOver()) show("over");
    }
    plan();
  };

  const stay = async () => {
    const token = document.querySelector('input[name="csrfmiddlewaretoken"]');
    try {
      heed(await ask("POST", { "X-CSRFToken": token ? token.value : "" }));
    } catch (error) {
      look();
      return;
    }
    plan();
  };

  notice.querySelector("[data-stay]").addEventListener("click", stay);
  window.addEventListener("focus", () => look());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  document.addEventListener("portal:signed-out", look);
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 401) look(); });
  document.addEventListener("input", () => { if (shown === "again") show(""); });
  document.addEventListener("submit", (event) => {
    if (!isOver() || event.target.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    notice.focus();
  }, true);

  if (left() <= warning) look(); else plan();
})();
