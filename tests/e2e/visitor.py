"""A person at a browser: finds things by what is written on them, in the language of the page."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from tracker.i18n import CHINESE, translator

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "wcag2aaa", "best-practice")
AXE = {"runOnly": list(RULES), "resultTypes": ["violations"]}
SLOW = 120_000  # milliseconds: moving the clock over months ticks every day on the way
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Visitor:
    """Wraps one page.  ``say`` gives a text of the interface, ``look`` checks the page that is open.

    What goes wrong in the browser is gathered in ``wrong``.
    """

    def __init__(self, page: Page, url: str, language: str, javascript: bool) -> None:
        self.page = page
        self.url = url
        self.language = language
        self.javascript = javascript
        self.say = translator(language)
        self.wrong: list[str] = []
        self.attend(page)

    def attend(self, page: Page) -> None:
        """Notice errors in the console and answers that no page should get."""
        page.set_default_navigation_timeout(SLOW)
        page.on("console", self._said)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            self.wrong.append(f"console at {self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.wrong.append(f"{response.status} for {response.url}")

    # ---- going somewhere

    def go(self, path: str) -> None:
        """Open an address of the service."""
        self.page.goto(self.url + path)

    def go_to_task(self, ref: str, slug: str = "shaoguan") -> None:
        """Open the page of a task."""
        self.go(f"/plans/{slug}/tasks/{ref}")

    def press(self, target: Locator) -> None:
        """Click a link or a button, and wait until the page that it leads to is there whole, for as long as SLOW.

        The click itself does not wait for the page: it would give up earlier.
        """
        with self.page.expect_navigation():
            target.click(no_wait_after=True)

    def enter(self, unit: str, role: str = "Handler", number: int = 0, *, lands_on: str = "My work") -> None:
        """Sign in as somebody of 韶关 on the page that is open, by a click on the demo's list."""
        place = f" ({number})" if self.language != CHINESE else f"（{'一二三四'[number - 1]}）"
        who = f"韶关 {unit} {self.say(role)}{place if number else ''}"
        button = self.button("Enter", about=who)
        if not button.is_visible():
            folded = self.page.locator("details").filter(has=self.page.locator("button", has_text=who))
            folded.locator("summary").click()
        self.press(button)
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(lands_on))

    def leave(self) -> None:
        """Sign out."""
        self.press(self.button("Sign out"))
        expect(self.page.get_by_role("heading", name=self.say("Demo accounts"))).to_be_visible()

    # ---- finding

    def button(self, text: str, *, about: str = "") -> Locator:
        """The button with this text; ``about`` is what those who hear the page are told of it."""
        return self.page.get_by_role("button", name=self._name(text, about), exact=True)

    def link(self, text: str, *, about: str = "") -> Locator:
        """The link with this text."""
        return self.page.get_by_role("link", name=self._name(text, about), exact=True)

    def _name(self, text: str, about: str) -> str | re.Pattern[str]:
        if not about:
            return self.say(text)
        colon = self.say(": ").strip()  # a browser puts a space before what is only heard
        return re.compile(rf"^{re.escape(self.say(text))}\s*{colon}\s*{re.escape(about)}$")

    def field(self, label: str) -> Locator:
        """The field with this label."""
        return self.page.get_by_label(self.say(label), exact=True)

    def row(self, ref: str) -> Locator:
        """What waits in My work about a task."""
        number = self.page.locator(".app-waiting__ref").get_by_text(ref, exact=True)
        return self.page.locator(".app-waiting > li").filter(has=number)

    # ---- checking

    def sees_state(self, state: str) -> None:
        """The task page shows this state on its spine."""
        expect(self.page.locator(".app-spine__here")).to_have_text(self.say(state))

    def sees(self, text: str) -> None:
        """The text stands in the main part of the page."""
        expect(self.page.locator("main")).to_contain_text(text)

    def time_line(self) -> list[str]:
        """What the time line tells, oldest first: title and, where there is one, what was said."""
        entries = self.page.locator(".app-timeline > li .app-timeline__what > p:first-child").all_inner_texts()
        return [" ".join(entry.split()) for entry in reversed(entries)]

    def look(self) -> None:
        """Axe finds nothing, nothing is wider than the screen, and the page says its language."""
        expect(self.page.locator("html")).to_have_attribute("lang", "zh-Hans" if self.language == CHINESE else "en")
        expect(self.page.get_by_role("heading", level=1)).to_have_count(1)
        if not self.javascript:
            return
        where, size = self.page.url, self.page.viewport_size
        assert size is not None
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{where} is {wide} pixels wide on a screen of {size['width']}"
        found = Axe().run(self.page, options=AXE)
        assert found.violations_count == 0, f"{where}\n{found.generate_report()}"

    def move_clock(self, day: str) -> None:
        """Let the demo's strip go to a day."""
        self.page.locator("input[name=date]").fill(day)
        self.press(self.button("Go"))
        expect(self.page.locator(".app-demo__day time")).to_have_attribute("datetime", day)
