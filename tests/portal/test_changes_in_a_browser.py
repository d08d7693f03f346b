"""The pages of a change as people meet them: a real browser without JavaScript, on a phone, on a desk, by night, enlarged."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize

from intake.domain import deed as d
from intake.domain.change import Risk, Stage
from storage.store import SqlStore
from tests.portal.a_change_to_decide import ACME, CIO, OWNER, ChangePages, asked, pages, scheduled
from tests.portal.test_in_a_browser import CONTRAST, TWICE, UNNAMED, browser, fits, focused

__all__ = ["browser"]
pytestmark = pytest.mark.browser
WIDTHS = (320, 375, 1280)
LONG = "path-without-any-space/" * 20 + "W" * 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDoor:
    url: str
    at: ChangePages

    def link(self, number: int, address: str) -> str:
        return self.url + self.at.change_link(number, address)


@pytest.fixture
def door(sqlite_template: Path, tmp_path: Path) -> Iterator[OpenDoor]:
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    store = SqlStore(f"sqlite:///{tmp_path / 'desk.db'}")
    at = pages(store)
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
    with browser.new_context(viewport=ViewportSize(width=request.param, height=700), java_script_enabled=False) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        yield page
        assert [said for said in complaints if "404" not in said] == []


def wordy(door: OpenDoor) -> int:
    """Without a space where a line could end."""
    desk = door.at.desk
    number = desk.opens(text=LONG, subject=LONG[:150])
    plan = d.PlanChange(risk=Risk.LOW, services=(LONG,), backout_plan=LONG, implementation_plan=LONG)
    task, estimate = d.AddTask(title=LONG), d.EstimateChange(agreement=ACME, minutes=60)
    for deed in (plan, d.SubmitChange(), estimate, task, d.RequestApproval()):
        desk.must(deed, number, "Cora")
    return number


def test_every_page_fits_the_screen_and_each_field_has_a_label(door: OpenDoor, tab: Page) -> None:
    number, later = asked(door.at), scheduled(door.at)
    emergency = door.at.desk.emergency()
    long = wordy(door)
    for url in (
        door.link(long, CIO),
        door.link(long, OWNER),
        door.link(number, CIO),
        door.link(number, OWNER),
        door.link(later, CIO),
        door.link(later, OWNER),
        door.link(emergency, CIO),
        f"{door.url}/c/1.aaaaaaaaaaaaaaaa",
    ):
        tab.goto(url)
        assert fits(tab), url
        assert (tab.evaluate(UNNAMED), tab.evaluate(TWICE)) == (0, 0)
        assert tab.get_by_role("heading", level=1).count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_by_day_and_by_night(door: OpenDoor, tab: Page, scheme: str) -> None:
    """WCAG 2.2, 1.4.3 (AA): 4.5 to 1."""
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    number, decided = asked(door.at), asked(door.at)
    door.at.desk.must(d.ApproveChange(), decided, "Lee")
    for url in (door.link(number, CIO), f"{door.link(decided, CIO)}?done=decided", door.link(number, OWNER)):
        tab.goto(url)
        assert tab.evaluate(CONTRAST) == []


def test_approving_is_one_press_after_reading(door: OpenDoor, tab: Page) -> None:
    number = asked(door.at)
    tab.goto(door.link(number, CIO))
    tab.get_by_role("link", name="To your decision").click()
    button = tab.get_by_role("button", name="Approve")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.click()
    tab.wait_for_url("**?done=decided")
    assert tab.get_by_role("status").inner_text() == "Thank you. Your decision counts."
    assert door.at.desk.change(number).cio_approved_by == "Lee"


def test_rejecting_works_from_the_keyboard_and_asks_why(door: OpenDoor, tab: Page) -> None:
    number = asked(door.at)
    tab.goto(door.link(number, CIO))
    stops: list[str] = []
    while not stops or stops[-1] != "Reject it":
        tab.keyboard.press("Tab")
        stops.append(focused(tab))
        assert len(stops) < 8, stops
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert focused(tab) == "reject-text"
    tab.keyboard.type("Not before the audit.")
    tab.keyboard.press("Tab")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    tab.get_by_role("status").wait_for(timeout=5_000)
    assert door.at.desk.change(number).stage is Stage.REJECTED


def test_a_product_owner_agrees_on_a_phone(door: OpenDoor, tab: Page) -> None:
    number = asked(door.at)
    tab.goto(door.link(number, OWNER))
    tab.get_by_role("button", name="I agree").click()
    tab.get_by_role("status").wait_for(timeout=5_000)
    assert "You agreed" in tab.inner_text("main")
    tab.get_by_label("Your message").fill("Only for this year.")
    tab.get_by_role("button", name="Send").click()
    tab.get_by_role("status").wait_for(timeout=5_000)
    assert door.at.desk.story(number).messages[-1].body == "Only for this year."


def test_enlarged_to_twice_its_size_it_still_fits(door: OpenDoor, browser: Browser) -> None:
    """WCAG 2.2, 1.4.10: a window of 640 pixels at 200 % has 320."""
    number = asked(door.at)
    with browser.new_context(
        viewport=ViewportSize(width=320, height=256), device_scale_factor=2, java_script_enabled=False
    ) as context:
        page = context.new_page()
        for address in (CIO, OWNER):
            page.goto(door.link(number, address))
            assert fits(page)
