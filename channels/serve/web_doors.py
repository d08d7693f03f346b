"""The channels that come by web, each at its path, each made when somebody first knocks: a desk that only takes mail does
not carry their weight."""

import asyncio
from collections.abc import Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from channels.calendar.address import PATH
from channels.serve.back_office import OfficeAtWork
from channels.serve.body_limit import MEGABYTE, BodyLimit
from channels.serve.compose import Parts
from channels.serve.reception import Reception
from channels.serve.writer import Writer
from intake.domain.attached_file import MOST_BYTES
from intake.domain.deed import Reply, Resolve

WITH_FILES = (Reply.verb, Resolve.verb)
WITH_FILES_MOST = MOST_BYTES // 3 * 4 + MEGABYTE  # base64, and the rest of the body


class Later:
    """`make` runs once, off the event loop: it takes a good part of a second."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._app: ASGIApp | None = None
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            async with self._turn:
                if self._app is None:
                    self._app = await asyncio.to_thread(self._make)
        await self._app(scope, receive, send)


def limited(api: ASGIApp) -> ASGIApp:
    """An answer brings its files along."""
    return BodyLimit(api, most_at=dict.fromkeys(WITH_FILES, WITH_FILES_MOST))


def _behind_links(parts: Parts, reception: Reception) -> Mapping[str, ASGIApp]:
    """The pages that a signed link opens: of a ticket, of a page, of a change."""

    def make_portal() -> ASGIApp:
        from channels.portal import listen  # noqa: PLC0415

        return listen.make_portal(
            receive=reception.receive,
            library=parts.store,
            policy=parts.policy,
            keys=parts.keys,
            clock=parts.clock,
        )

    def make_oncall() -> ASGIApp:
        from channels.portal import oncall_listen  # noqa: PLC0415

        return oncall_listen.make_oncall(
            receive=reception.receive,
            library=parts.store,
            policy=parts.policy,
            keys=parts.keys,
            clock=parts.clock,
        )

    def make_decisions() -> ASGIApp:
        from channels.portal import change_listen  # noqa: PLC0415

        return change_listen.make_decisions(
            receive=reception.receive,
            library=parts.store,
            policy=parts.policy,
            keys=parts.keys,
            clock=parts.clock,
        )

    return {"/t": Later(make_portal), "/p": Later(make_oncall), "/c": Later(make_decisions)}


def web_doors(parts: Parts, reception: Reception, writer: Writer) -> Mapping[str, ASGIApp]:
    def make_api() -> ASGIApp:
        from channels.api import listen  # noqa: PLC0415 - see above
        from channels.api.behind import Behind  # noqa: PLC0415
        from channels.email.safe_html_page import safe_page  # noqa: PLC0415

        behind = Behind(
            receive=reception.receive,
            page_of=safe_page,
            library=parts.store,
            office=OfficeAtWork(parts, writer, reception.something_to_send.set),
            policy=parts.policy,
            clock=parts.clock,
        )
        return limited(listen.make_api(behind, parts.settings.api))

    def make_calendar() -> ASGIApp:
        from channels.calendar import listen  # noqa: PLC0415

        return listen.make_calendar(
            library=parts.store,
            policy=parts.policy,
            keys=parts.keys,
            clock=parts.clock,
            domain=parts.settings.email.mail_address[0].rpartition("@")[2],
        )

    return {
        "/api/v1": Later(make_api),
        **_behind_links(parts, reception),
        PATH: Later(make_calendar),
    }
