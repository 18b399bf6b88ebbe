"""How the people of the journeys use a page: with a mouse, or with the keyboard alone."""

from playwright.sync_api import Locator, Page, expect

# Where the focus is: whether it can be seen. A bar that stays in place must not lie over it; a native control inside a larger row may
# be ringed on that row (quiz options).
SEEN = """() => {
  const at = document.activeElement;
  const box = at.getClientRects()[0] || at.getBoundingClientRect();
  const ringed = (one) => one && getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 2;
  const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
  const heights = box.height <= 60 ? [(box.top + box.bottom) / 2] : [top + 10, (top + bottom) / 2, bottom - 10];
  const seenAt = (y) => {
    const on = document.elementFromPoint(Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2)), y);
    return on && (at.contains(on) || on.closest("label")?.contains(at) || [...(at.labels || [])].some((label) => label.contains(on)));
  };
  return {
    what: at.outerHTML.slice(0, 140), page: location.pathname, top: Math.round(box.top), bottom: Math.round(box.bottom), height: innerHeight,
    ringed: Boolean(ringed(at) || ringed(at.closest(".opt"))),
    seen: heights.some(seenAt),
  };
}"""
IS_FOCUSED = "(wanted) => document.activeElement === wanted"
MOST_TABS = 150
RESTS = 20


class Mouse:
    """Clicks, types, chooses."""

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""
        target.click()

    def tick(self, target: Locator) -> None:
        """Choose a radio button or tick a box."""
        target.check()

    def write(self, target: Locator, text: str) -> None:
        """Fill a field."""
        target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        """Choose from a list."""
        target.select_option(label=label)


class Keyboard:
    """Tab, Enter, Space, arrows and letters only; wherever the focus comes to rest, it must be seen."""

    def reach(self, target: Locator) -> None:
        """Tab to the target from where the focus is; every stop on the way is looked at."""
        page = target.page
        expect(target).to_be_attached()
        wanted = target.element_handle()
        for _ in range(MOST_TABS):
            if page.evaluate(IS_FOCUSED, wanted):
                return
            page.keyboard.press("Tab")
            look(page)
        raise AssertionError(f"{MOST_TABS} times Tab and the focus never came to {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        target.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        """Space ticks a box; of radio buttons one Tab stop is reached, then arrows lead to the one wanted."""
        page = target.page
        if target.get_attribute("type") == "radio":
            group = page.locator(f"input[type=radio][name='{target.get_attribute('name')}']")
            self.reach_one_of(group)
            page.keyboard.press("Space")
            for _ in range(group.count()):
                if target.is_checked():
                    break
                page.keyboard.press("ArrowDown")
                look(page)
        else:
            self.reach(target)
            page.keyboard.press("Space")
        expect(target).to_be_checked()

    def reach_one_of(self, group: Locator) -> None:
        """Tab until one of several has the focus."""
        page = group.page
        members = group.element_handles()
        for _ in range(MOST_TABS):
            if any(page.evaluate(IS_FOCUSED, one) for one in members):
                return
            page.keyboard.press("Tab")
            look(page)
        raise AssertionError(f"the focus never came to {group}")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        page = target.page
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)

    def choose(self, target: Locator, label: str) -> None:
        """Letters lead to the entry of a list that begins with them."""
        self.reach(target)
        page = target.page
        options = [text.strip() for text in target.locator("option").all_inner_texts()]
        page.keyboard.press("Home")
        for _ in range(options.index(label)):
            page.keyboard.press("ArrowDown")
        expect(target.locator("option:checked")).to_have_text(label)


def look(page: Page) -> None:
    """The focus has a ring, lies inside the window, and nothing lies over it (once the page has come to rest)."""
    for _ in range(RESTS):
        seen = page.evaluate(SEEN)
        if seen["what"].startswith(("<body", "<main", "<html")) or (seen["ringed"] and seen["seen"]):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the focus cannot be seen: {seen}")


HANDS: dict[str, "Mouse | Keyboard"] = {"mouse": Mouse(), "keyboard": Keyboard()}
