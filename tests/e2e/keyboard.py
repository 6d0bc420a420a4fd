"""A person who has a keyboard alone: where the focus is, whether it is seen, and how to get to a control."""

from __future__ import annotations

from typing import TypedDict

from playwright.sync_api import Page

from tests.e2e.studio import until

MOST = 90  # stops of a page
PATIENCE = 60  # seconds for a page to show what it should

# What is drawn of the control that has the focus and of what lies around it; and whether the one before it now looks
# otherwise than while it had the focus. A grid is drawn on a canvas, with its own frame around the cell.
_LOOK = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const drawn = ["outline", "boxShadow", "border", "backgroundColor"];
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    const around = (inner) => {
        const found = [];
        for (let up = inner, step = 0; up && step < 5; step++, up = up.parentElement) found.push(up, ...up.children);
        return found;
    };
    const look = (all) => JSON.stringify(all.map((part) => drawn.map((name) => getComputedStyle(part)[name])));
    const last = window.lastFocus;
    const told = last && last.one !== one && last.one.isConnected && !last.one.closest("[data-testid=stDataFrame]");
    const moves = document.getAnimations().filter((move) => move.effect.getComputedTiming().duration > 1).length;
    const unseen = told && look(last.all) === last.look ? last.name : "";
    if (!one || one === document.body) {
        window.lastFocus = null;
        return { tag: "BODY", name: "", again: false, unseen, moves };
    }
    const by = (one.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => one.getRootNode().getElementById(id));
    const named = [...by, one.labels?.[0]].find(Boolean)?.innerText;
    const name = (one.getAttribute("aria-label") ?? named ?? (one.innerText || one.placeholder || "")).trim();
    const all = around(one);
    window.lastFocus = { one, name, all, look: look(all) };
    return { tag: one.tagName, name, again: last?.one === one && one.tagName !== "CANVAS", unseen, moves };
}"""


class Stop(TypedDict):
    tag: str
    name: str
    again: bool  # the key led nowhere
    unseen: str  # the name of the stop before, where nothing showed that it had the focus
    moves: int  # what is under way on the page, for a person who asked for less movement


class Keyboard:
    """Presses keys, nothing else; every stop on the way must have been seen, and let go, and nothing moves."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.emulate_media(reduced_motion="reduce")

    def at(self) -> Stop:
        """What has the focus."""
        stop: Stop = self.page.evaluate(_LOOK)
        assert not stop["unseen"], f"nothing shows that {stop['unseen']!r} has the focus"
        assert not stop["moves"], f"{stop['moves']} movements go on at {stop['name']!r}"
        return stop

    def press(self, key: str) -> Stop:
        self.page.keyboard.press(key)
        return self.at()

    def to(self, name: str, key: str = "Tab") -> None:
        """Go to the control of that name; arrows go within a group."""
        seen = []
        for _ in range(MOST):
            stop = self.press(key)
            seen.append(stop["name"])
            assert not stop["again"], f"{key} does not leave {stop['name']!r}"
            if name in stop["name"] and stop["tag"] not in ("MAIN", "SECTION"):
                return
        raise AssertionError(f"{key} does not lead to {name!r}, only to {seen}")

    def choose(self, first: str, name: str, *, back: bool = False) -> None:
        """One of a few in a row; the focus comes to the ``first``, the one that is chosen now."""
        self.to(first, "Shift+Tab" if back else "Tab")
        self.to(name, "ArrowRight")
        self.press("Space")

    def go(self, name: str) -> None:
        self.to(name)
        self.page.keyboard.press("Enter")

    def kept(self) -> None:
        """The focus is somewhere on the page."""
        until(lambda: self.at()["tag"] != "BODY", PATIENCE)
