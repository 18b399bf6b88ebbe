// The outline of a course: activities are dragged to their place, an extra beside the buttons. Letting go sends one form.
const outline = document.querySelector("[data-outline]");
const form = document.querySelector("[data-put]");
let dragged = null;

function place(event) {
  const list = event.target.closest("[data-module]")?.querySelector("[data-list]");
  if (!dragged || !list) return;
  event.preventDefault();
  const items = [...list.querySelectorAll("[data-activity]")].filter((item) => item !== dragged);
  const below = items.find((item) => {
    const box = item.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  list.insertBefore(dragged, below ?? null);
}

if (outline && form) {
  for (const item of outline.querySelectorAll("[data-activity]")) item.draggable = true;
  outline.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-activity]");
    event.dataTransfer.effectAllowed = "move";
  });
  outline.addEventListener("dragover", place);
  outline.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    form.elements.go.value = `put:${dragged.dataset.activity}`;
    form.elements.module.value = dragged.closest("[data-module]").dataset.module;
    form.elements.before.value = dragged.nextElementSibling?.dataset.activity ?? "";
    form.submit();
  });
}
