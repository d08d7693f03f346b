"""Outgoing mail as HTML on a narrow and a wide screen, in light and dark: nothing sticks out, nothing is too small to touch."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from intake.desk.outbound import About, Outbound
from intake.domain.notice import NoticeKind
from tests.email.outgoing import LINKED, TICKET, acknowledgement, html, notices, reply
from tests.email.test_change_mail import CHANGE, WINDOW, announced, approval, consent, decided
from tests.harness.tier import ci, refuse

pytestmark = pytest.mark.browser

LONG = replace(TICKET, short_description="W" * 120 + " " + "donaudampfschifffahrtsgesellschaft" * 1)
TRUSTING = replace(LINKED, proving={LINKED.address})
MAILS = {
    "acknowledgement": acknowledgement(LONG, paged="yes"),
    "reply": reply("https://intranet.customer.example/" + "path/" * 60 + "\n" + "x" * 500, ticket=LONG, resolves=True),
    "team": notices((LONG, NoticeKind.ARRIVAL, {"by": "B" * 150, "why": "y" * 400, "tried": "z " * 300})),
    "digest": notices((LONG, NoticeKind.ARRIVAL, {}), (replace(LONG, number=7), NoticeKind.UNREACHED, {"why": "w" * 300})),
    "page": notices((LONG, NoticeKind.PAGE, {"step": "1"})),
    "change_decided": decided("scheduled", WINDOW, subject="W" * 120),
    "consent_wanted": consent(),
    "announcement": announced(text="x" * 500, moved="yes"),
    "approval_wanted": replace(approval(), about=(About(change=replace(CHANGE, services=("s" * 300,))),)),
    "response_proposed": notices((LONG, NoticeKind.RESPONSE_PROPOSED, {"fix": "HD-9", "text": "t" * 500})),
    "urgent": notices((LONG, NoticeKind.URGENT, {"subject": "W" * 120})),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        refuse("outgoing mail in a browser: apt-get install chromium", in_ci=ci())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("outbound", MAILS.values(), ids=MAILS)
def test_a_mail_fits_any_screen_in_one_column(
    browser: Browser, outbound: Outbound, width: int, scheme: Literal["light", "dark"]
) -> None:
    asked: list[str] = []
    page = browser.new_page(viewport=ViewportSize(width=width, height=700), color_scheme=scheme)
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html(outbound, TRUSTING))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
    assert dark is (scheme == "dark")
    for choice in page.locator(".choice").all():
        box = choice.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    page.close()
