// Finds an instrument among many by any words of its number or subject, with or without marks. Without it the list is chosen from as it is.
const MOST_SHOWN = 6; // lines of the open list
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
const searches = () => document.querySelectorAll("[data-cite-search]");
const listOf = (search) => search.closest("[data-cite-pick]").querySelector("select");
let all; // every option, as the page came, each with the group it stands in

function remember() {
  all = [...listOf(searches()[0]).options].map((option) => {
    const group = option.parentElement.label ?? "";
    return { value: option.value, text: option.textContent, group, words: fold(`${option.textContent} ${group}`) };
  });
}

function fill(list, shown, chosen) {
  list.replaceChildren();
  for (const { value, text, group } of shown) {
    let place = list;
    if (group) {
      place = list.lastElementChild?.label === group ? list.lastElementChild : list.appendChild(document.createElement("optgroup"));
      place.label = group;
    }
    place.append(new Option(text, value, value === chosen, value === chosen));
  }
  list.value = chosen;
}

function narrow(search) {
  const list = listOf(search);
  const words = fold(search.value).split(/\s+/).filter(Boolean);
  const chosen = list.value;
  const found = all.filter((one) => one.value && words.every((word) => one.words.includes(word)));
  const kept = all.filter((one) => found.includes(one) || one.value === chosen || !one.value);
  fill(list, words.length ? kept : all, chosen);
  if (words.length) list.size = Math.min(Math.max(list.querySelectorAll("option,optgroup").length, 2), MOST_SHOWN);
  else list.removeAttribute("size");
  search.closest("[data-cite-pick]").querySelector("[data-cite-found]").textContent = words.length ? `${found.length} văn bản khớp` : "";
  return found;
}

function choose(search, value) {
  const list = listOf(search);
  search.value = "";
  narrow(search);
  if (value === undefined) return;
  list.value = value;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

if (searches().length) {
  remember();
  for (const search of searches()) search.parentElement.hidden = false;
  // before the form hears of it: what is typed here is nothing to save
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-cite-search]")) return;
    event.stopPropagation();
    narrow(event.target);
  }, true);
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-cite-search]") || !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    const found = event.key === "Enter" && event.target.value.trim() ? narrow(event.target) : [];
    choose(event.target, found[0]?.value);
  }, true);
  document.addEventListener("change", (event) => {
    const search = event.target.closest("[data-cite-pick]")?.querySelector("[data-cite-search]");
    if (event.target === search) return event.stopPropagation();
    if (search?.value && event.target === listOf(search)) choose(search);
  }, true);
}
