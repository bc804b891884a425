/* Reasons at cells: a click on a cell opens its field, Escape closes it; how many are written stands by the button.
   Without this the same fields open by their own word in each cell. */
(function () {
  "use strict";

  function setUp(form) {
    var count = form.querySelector("[data-reason-count]");
    var accept = form.querySelector("[data-accept]");
    var question = accept ? accept.dataset.confirm : "";
    var fields = Array.prototype.slice.call(form.querySelectorAll("textarea"));

    function closeOthers(present) {
      Array.prototype.forEach.call(form.querySelectorAll(".note[open]"), function (note) {
        if (note !== present) { note.open = false; }
      });
    }

    function show() {
      var written = 0;
      fields.forEach(function (field) {
        var has = field.value.trim() !== "";
        var cell = field.closest("[data-note]");
        if (has) { written += 1; }
        if (cell) { cell.classList.toggle("is-noted", has); }
      });
      if (accept && written) { accept.removeAttribute("data-confirm"); }  // the page that follows asks
      if (accept && !written) { accept.dataset.confirm = question; }
      if (!count) { return; }
      count.textContent = written === 0 ? "" :
        written === 1 ? count.dataset.one : count.dataset.many.replace("{n}", String(written));
    }

    form.classList.add("has-notes");
    form.addEventListener("click", function (event) {
      if (event.target.closest("a, summary, label, textarea, button, .note-box")) { return; }
      var cell = event.target.closest("[data-note]");
      if (!cell) { closeOthers(null); return; }
      var note = cell.querySelector(".note");
      note.open = true;
      closeOthers(note);
      note.querySelector("textarea").focus();
    });
    form.addEventListener("toggle", function (event) {
      if (event.target.open && event.target.classList.contains("note")) {
        closeOthers(event.target);
        event.target.querySelector("textarea").focus();
      }
    }, true);
    form.addEventListener("keydown", function (event) {
      var note = event.target.closest(".note");
      if (event.key === "Escape" && note) {
        note.open = false;
        note.querySelector("summary").focus();
      }
    });
    form.addEventListener("input", show);
    window.addEventListener("hashchange", openTarget);

    function openTarget() {
      var field = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
      var note = field && field.closest(".note");
      if (note) { note.open = true; field.focus(); }
    }

    closeOthers(null);
    show();
    openTarget();
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-review]"), setUp);
}());
