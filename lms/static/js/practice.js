/* Practice works by forms alone; here steps of an ordering move without asking the server */
import { move } from "./quiz/order.js";

const list = document.querySelector("[data-order]");
list?.addEventListener("click", (event) => {
  const button = event.target.closest("[name=move]");
  if (!button) return;
  event.preventDefault();
  move(list, button);
});
