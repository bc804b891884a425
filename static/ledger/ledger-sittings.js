/* Another sitting of a course without asking the server: the last row once more, blank. */
(() => {
  "use strict";
  const button = document.querySelector("[data-add-sitting]");
  if (!button) return;

  button.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = document.querySelectorAll("[data-sitting]");
    const last = rows[rows.length - 1];
    const number = rows.length + 1;
    const added = last.cloneNode(true);
    added.querySelectorAll(".field-error").forEach((each) => each.remove());
    added.querySelectorAll(".has-error").forEach((each) => each.classList.remove("has-error"));
    added.querySelectorAll("input").forEach((input) => {
      const name = input.name.replace(/\d+/, number);
      added.querySelector(`label[for="${input.id}"]`).htmlFor = name;
      input.name = name;
      input.id = name;
      input.value = "";
      if (name.endsWith("-on")) input.type = "date";
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    });
    const label = added.querySelector("[data-sitting-label]");
    const shown = added.querySelector("[data-sitting-number]") || document.createElement("span");
    shown.dataset.sittingNumber = "";
    shown.textContent = ` ${number}`;
    label.after(shown);
    last.after(added);
    added.querySelector("input").focus();
  });
})();
