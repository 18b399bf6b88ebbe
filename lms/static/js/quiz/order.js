/* A step of an ordering goes up or down by its button; the focus stays with it */
export function move(list, button) {
  const row = button.closest("li");
  const up = button.value.endsWith(":up");
  if (up && row.previousElementSibling) list.insertBefore(row, row.previousElementSibling);
  if (!up && row.nextElementSibling) list.insertBefore(row.nextElementSibling, row);
  [...list.children].forEach((one, i) => {
    one.querySelector("[data-place]").textContent = i + 1;
    one.querySelector("[value$=':up']").disabled = i === 0;
    one.querySelector("[value$=':down']").disabled = i === list.children.length - 1;
  });
  if (button.disabled) [...row.querySelectorAll("button")].find((b) => !b.disabled).focus();
  else button.focus();
}
