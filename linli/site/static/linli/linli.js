// What plain HTML does not do by itself. Every page works without this file.

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// Rows of a list: arrow keys go from row to row, Enter follows the link that has the focus.
const step = { ArrowDown: 1, ArrowUp: -1 };

function walk(event) {
  const link = event.target.closest?.(".row-link");
  if (!link || !(event.key in step)) return;
  const rows = [...link.closest("table, ul, ol").querySelectorAll(".row-link")];
  const next = rows[rows.indexOf(link) + step[event.key]];
  if (next) next.focus();
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (event.key === "/" && !event.target.closest?.("input, textarea, select, [contenteditable]")) {
    const search = document.querySelector("input[type=search]");
    if (search) {
      search.focus();
      event.preventDefault();
    }
  }
  walk(event);
});

// A form whose `data-shows` names a choice shows only what that choice needs; sent or not, hidden fields keep nothing.
for (const form of document.querySelectorAll("form[data-shows]")) {
  const fit = () => {
    const chosen = form.elements[form.dataset.shows].value;
    for (const part of form.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(chosen);
      for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = part.hidden;
    }
  };
  form.addEventListener("change", fit);
  fit();
}

// A list that is fetched anew now and then stays as it is while something in it is chosen or written.
document.addEventListener("htmx:beforeRequest", (event) => {
  const list = event.target.closest?.("[data-keeps-choice]");
  if (list?.querySelector("input:checked") || list?.contains(document.activeElement)) event.preventDefault();
});

// A form that came back with faults: the reader is taken to the list of them.
document.getElementById("errors")?.focus();
