"""An agent looks at a mail as it was written, and nothing of it reaches further than the eye."""

import asyncio
from base64 import b64encode

import pytest

from channels.email.parse import parse
from intake.desk.incoming import understand
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.principal import Role
from tests.api.api_at_work import ANN, EVE, ApiAtWork

HEAD = f"From: Ann <{ANN}>\r\nTo: desk@localhost\r\nSubject: Printer\r\nMessage-ID: <1@customer.example>\r\n"
PICTURE = b"\x89PNG\r\n\x1a\n not really"
LETTER = (
    f"{HEAD}Content-Type: multipart/related; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    "<p onclick=steal()>It is <b>broken</b>.<script>steal()</script></p>"
    '<img src="cid:photo@x" alt="photo"><img src="https://track.example/1.gif" width=1 height=1>\r\n'
    "--b\r\nContent-Type: image/png\r\nContent-ID: <photo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    f"{b64encode(PICTURE).decode()}\r\n--b--\r\n"
).encode()


async def mailed(api: ApiAtWork, raw: bytes) -> str:
    """Where its page would be."""
    arrival = Arrival(channel=Channel.EMAIL, received_at=api.clock(), raw=raw, envelope={})

    def write() -> int:
        with api.parts.store.begin() as books:
            ticket = api.parts.desk.receive(understand(arrival, parse, api.classifier), books).ticket
        assert ticket is not None
        return ticket

    ticket = await asyncio.to_thread(write)
    story = await api.get(f"/tickets/{ticket}", api.admin)
    return f"/tickets/{ticket}/messages/{story.at('messages', 0, 'id')}/html"


async def test_a_mail_is_shown_with_its_own_pictures_and_without_what_acts(api: ApiAtWork) -> None:
    page = await api.get(await mailed(api, LETTER), api.token(Role.AGENT))
    shown = f'<p>It is <b>broken</b>.</p><img alt="photo" src="data:image/png;base64,{b64encode(PICTURE).decode()}">'
    assert (page.status, page.response.text.strip()) == (200, f"<!DOCTYPE html><meta charset=utf-8>{shown}")


async def test_a_browser_is_told_to_keep_the_page_in_a_sandbox(api: ApiAtWork) -> None:
    page = await api.get(await mailed(api, LETTER), api.admin)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"] == ("sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'")


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.ADMIN, Role.AUDITOR])
async def test_whoever_works_at_the_desk_may_look(api: ApiAtWork, role: Role) -> None:
    assert (await api.get(await mailed(api, LETTER), api.token(role))).status == 200


async def test_a_requester_may_not_not_even_at_the_own_mail(api: ApiAtWork) -> None:
    where = await mailed(api, LETTER)
    assert (await api.get(where, api.of(ANN))).status == 403
    assert (await api.get(where, api.of(EVE))).status == 403


async def test_what_has_no_html_has_no_page(api: ApiAtWork) -> None:
    assert (await api.get(await mailed(api, f"{HEAD}\r\nIt is broken.".encode()), api.admin)).status == 404


async def test_what_did_not_come_by_mail_has_no_page(api: ApiAtWork) -> None:
    opened = await api.post("/tickets", api.of(ANN), {"text": "<p>It is broken.</p>", "subject": "Printer"})
    number = opened.at("ticket", "number")
    story = await api.get(f"/tickets/{number}", api.admin)
    where = f"/tickets/{number}/messages/{story.at('messages', 0, 'id')}/html"
    assert (await api.get(where, api.admin)).status == 404


async def test_a_page_is_found_on_its_own_ticket_only(api: ApiAtWork) -> None:
    where = await mailed(api, LETTER)
    other = await api.hears()
    message = where.split("/messages/")[1]
    assert (await api.get(f"/tickets/{other}/messages/{message}", api.admin)).status == 404
    assert (await api.get("/tickets/HD-999999/messages/1/html", api.admin)).status == 404
