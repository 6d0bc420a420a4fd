"""A browser, and Thaw behind it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.app import made
from tests.e2e import browsers
from tests.e2e.studio import Studio
from tl_core.store.home import Home
from tl_core.use_cases import projects

PATIENCE = 60_000  # milliseconds for a page to show what it should
LAST = 40  # lines of a log that explain a failure


@pytest.fixture(scope="package")  # it keeps an event loop running, which tests elsewhere could not begin then
def chromium() -> Iterator[Browser]:
    if browsers.path() is None:
        pytest.skip("there is no Chromium on this machine; install it to run the browser tests")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The app alone, one for all tests whose pages only read what lies in the home."""
    home = Home((tmp_path_factory.mktemp("pages") / "home").resolve())
    home.runs.mkdir(exist_ok=True)
    studio = Studio(home)
    studio.start_app()
    yield studio
    studio.end()


def _works(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("weights") is not None


@pytest.fixture
def home(request: pytest.FixtureRequest, home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Of a test alone where jobs are done; else that of ``pages``, in which a test leaves nothing."""
    if _works(request):
        yield home
        return
    shared: Home = request.getfixturevalue("pages").home
    monkeypatch.setenv("THAW_HOME", str(shared.path))
    yield shared
    made.worker(shared, alive=False)
    for project in projects.list_projects():
        projects.delete(project.id)


@pytest.fixture
def studio(request: pytest.FixtureRequest, home: Home) -> Iterator[Studio]:
    """App and worker with the real weights, or ``pages``."""
    if not _works(request):
        yield request.getfixturevalue("pages")
        return
    request.getfixturevalue("stocked")
    studio = Studio(home)
    studio.start_app()
    studio.start_worker()
    yield studio
    studio.end()


@pytest.fixture
def visit(chromium: Browser, studio: Studio):
    """``visit(path)``: a fresh browser at that address; at the end nothing may have been complained about."""
    opened: list[Page] = []

    def open_at(path: str = "/") -> Page:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.complaints, page.asked = [], []  # type: ignore[attr-defined]
        page.on("console", lambda message: _note(page, message))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        page.on("request", lambda request: _ask(page, request))
        page.goto(studio.address + path)
        opened.append(page)
        return page

    open_at.pages = opened  # type: ignore[attr-defined]
    yield open_at
    for page in opened:
        assert not page.complaints, page.complaints  # type: ignore[attr-defined]
        strangers = [url for url in page.asked if not url.startswith((studio.address, "data:", "blob:"))]  # type: ignore[attr-defined]
        assert not strangers, strangers
        page.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure says what stood on the pages, and what app and worker said last."""
    report = yield
    if report.when == "call" and report.failed:
        used = getattr(item, "funcargs", {})
        for page in getattr(used.get("visit"), "pages", []):
            report.sections.append((f"on the page {page.url}", _text(page)))
        if "studio" in used:
            for log in sorted(used["studio"].home.path.parent.glob("*.log")):
                lines = log.read_text("utf-8", "replace").splitlines()[-LAST:]
                report.sections.append((f"last in {log.name}", "\n".join(lines)))
    return report


def _text(page: Page) -> str:
    try:
        return "\n".join(line for line in page.locator("body").inner_text(timeout=5000).splitlines() if line)
    except Error as error:  # closed, or its browser is gone
        return str(error)


def _note(page: Page, message: ConsoleMessage) -> None:
    """Errors, but for the two look-ups that Streamlit makes at a deep link, a connection lost on purpose, and a
    recording that Streamlit asks for once more as its page is left."""
    expected = (
        "_stcore/",
        "ERR_CONNECTION_REFUSED",
        "WebSocket",
        "ERR_CONNECTION_RESET",
        "ERR_SOCKET_NOT_CONNECTED",
        "ERR_EMPTY_RESPONSE",
        "ERR_FILE_NOT_FOUND",
        "server is not responding",  # killed on purpose
    )
    where = message.location.get("url", "")
    if message.type == "error" and not any(part in message.text or part in where for part in expected):
        page.complaints.append(f"{message.text} ({where})")  # type: ignore[attr-defined]


def _ask(page: Page, request: Request) -> None:
    page.asked.append(request.url.replace("ws://", "http://"))  # type: ignore[attr-defined]
