"""The page as a person meets it: a real browser without JavaScript, on a phone and on a desk."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from intake.domain.deed import Resolve, Take
from intake.domain.label import Kind, Label, Level
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.desk.at_the_desk import BURNING, AtTheDesk, mail
from tests.desk.staff import BEN, policy_with_staff
from tests.harness.tier import ci, refuse
from tests.portal.at_the_page import AtThePage

pytestmark = pytest.mark.browser

LONG = "https://intranet.customer.example/" + "path-without-any-space/" * 20 + "  " + "W" * 300
UNSURE = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.1, version="test")
NOBODYS = "/t/1.aaaaaaaaaaaaaaaa"
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        refuse("the ticket's page in a browser: apt-get install chromium", in_ci=ci())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDoor:
    """The portal on a real socket."""

    url: str
    at: AtThePage

    @property
    def desk(self) -> AtTheDesk:
        return self.at.desk

    def link(self, number: int) -> str:
        return self.url + self.at.link(number)


@pytest.fixture
def door(sqlite_template: Path, tmp_path: Path) -> Iterator[OpenDoor]:
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    store = SqlStore(f"sqlite:///{tmp_path / 'desk.db'}")
    at = AtThePage(AtTheDesk(store=store, policy=policy_with_staff()))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(at.app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield OpenDoor(url=f"http://127.0.0.1:{listening.getsockname()[1]}", at=at)
        server.should_exit = True
        thread.join()
    store.close()


@pytest.fixture(params=WIDTHS)
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Without JavaScript; whatever the browser complains about (a blocked style, a broken policy) fails the test."""
    size = ViewportSize(width=request.param, height=700)
    with browser.new_context(viewport=size, java_script_enabled=False) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(f"{said.location['url']}: {said.text}"))
        yield page
        assert [said for said in complaints if NOBODYS not in said] == []


def answered(door: OpenDoor) -> int:
    number = door.desk.hears(mail(f"The printer makes odd noises.\n{LONG}", subject=LONG[:150])).ticket
    assert number is not None
    door.desk.does(Take(), BEN, ticket=number)
    door.desk.does(Resolve(text=f"The plug was loose: {LONG}"), BEN, ticket=number)
    return number


def fits(tab: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    return tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True


def focused(tab: Page) -> str:
    return str(tab.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_every_page_fits_the_screen_and_is_styled(door: OpenDoor, tab: Page) -> None:
    link = door.link(answered(door))
    for url in (link, f"{link}/yes", f"{link}/no", f"{link}/reply", f"{door.url}{NOBODYS}"):
        tab.goto(url)
        assert fits(tab), url
        assert tab.evaluate("getComputedStyle(document.body).margin") == "0px"


def test_yes_is_one_click(door: OpenDoor, tab: Page) -> None:
    number = answered(door)
    tab.goto(f"{door.link(number)}/yes")
    tab.get_by_role("button", name="Yes, it is solved").click()
    tab.wait_for_url("**?done=solved")
    assert tab.get_by_role("status").inner_text() == "Thank you for telling us. We are glad that it is solved."
    assert tab.get_by_role("heading", level=2, name="Closed", exact=True).is_visible()
    assert door.desk.ticket(number).state is State.CLOSED
    assert tab.url == f"{door.link(number)}?done=solved"


def test_the_whole_form_works_from_the_keyboard(door: OpenDoor, tab: Page) -> None:
    number = answered(door)
    tab.goto(f"{door.link(number)}/no")
    stops = []
    while focused(tab) != "dispute-text":
        tab.keyboard.press("Tab")
        stops.append(focused(tab))
        assert len(stops) < 5, stops
    tab.keyboard.type("It still makes noises.")
    tab.keyboard.press("Tab")
    assert focused(tab) == "No, it is not solved"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    tab.get_by_role("status").wait_for(timeout=5_000)
    assert door.desk.story(number).messages[-1].body == "It still makes noises."


def test_the_desks_question_is_answered_with_labels_that_can_be_clicked(door: OpenDoor, tab: Page) -> None:
    number = door.desk.hears(mail("hi, about the thing"), UNSURE).ticket
    assert number is not None
    tab.goto(door.link(number))
    tab.get_by_text("I need something, or I have a question").click()
    tab.get_by_role("button", name="Tell us").click()
    tab.get_by_role("status").wait_for(timeout=5_000)
    assert door.desk.ticket(number).kind is Kind.SERVICE_REQUEST


UNNAMED = (
    """[...document.querySelectorAll("textarea, input:not([type=hidden])")].filter(field => !field.labels.length).length"""
)
TWICE = (
    """() => { const ids = [...document.querySelectorAll("[id]")].map(e => e.id); return ids.length - new Set(ids).size; }"""
)


def test_every_field_has_a_label_and_the_page_one_heading(door: OpenDoor, tab: Page) -> None:
    link = door.link(answered(door))
    for url in (link, f"{link}/no", f"{link}/reply"):
        tab.goto(url)
        assert (tab.evaluate(UNNAMED), tab.evaluate(TWICE)) == (0, 0)
        assert tab.get_by_role("heading", level=1).count() == 1
        assert tab.evaluate("document.documentElement.lang") == "en"


CONTRAST = """
() => {
  const parts = css => css.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor, [, , , alpha] = parts(colour);
      if (alpha === undefined || alpha > 0) return parts(colour);
    }
    return [255, 255, 255];
  };
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const faint = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(e.outerHTML.slice(0, 80));
  }
  return faint;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_by_day_and_by_night(door: OpenDoor, tab: Page, scheme: str) -> None:
    """WCAG 2.2, 1.4.3 (AA): 4.5 to 1."""
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    number = answered(door)
    for url in (f"{door.link(number)}?done=added", f"{door.url}{NOBODYS}"):
        tab.goto(url)
        assert tab.evaluate(CONTRAST) == []


def test_a_page_at_night_is_one_button_that_fits_the_screen(door: OpenDoor, tab: Page) -> None:
    number = door.desk.hears(mail(f"Nobody can log in.\n{LONG}", subject=LONG[:150]), BURNING).ticket
    assert number is not None
    link = door.url + door.at.page_link(number, "ben@desk.example")
    tab.goto(link)
    assert fits(tab)
    (button,) = tab.get_by_role("button").all()
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 700, "it can be pressed without scrolling"
    assert box["height"] >= 44
    button.click()
    assert "Ben has it" in tab.inner_text("h1")
    assert fits(tab)
    assert tab.get_by_role("button").all() == []
    tab.goto(link)
    assert "Ben has it" in tab.inner_text("h1")
