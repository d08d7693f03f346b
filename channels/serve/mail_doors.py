"""The doors that mail comes in by: SMTP always, LMTP where it is set."""

import asyncio
import socket
import ssl
from functools import partial

from channels.email.listening.listen import Doors, LimitedSMTP, MailHandler, Receive
from channels.email.listening.lmtp import LimitedLMTP
from channels.email.listening.tls import server_tls
from channels.email.rates import Rate, Rates, networks_of
from channels.email.settings import EmailSettings
from channels.serve.compose import Parts
from channels.serve.listening import bind, place_of


class MailDoors:
    def __init__(self, parts: Parts, receive: Receive) -> None:
        email = parts.settings.email
        self._email = email
        self._visits = Doors(
            most=email.smtp_max_connections, most_per_host=email.smtp_max_connections_per_host, rates=_rates(email)
        )
        self._handler = MailHandler(
            receive=receive,
            clock=parts.clock,
            keys=parts.keys,
            addresses=email.mail_address,
            doors=self._visits,
            authserv_ids=email.authserv_id,
        )
        self._places: dict[type[LimitedSMTP], socket.socket] = {}
        self._tls: ssl.SSLContext | None = None
        self._servers: list[asyncio.Server] = []

    @property
    def closing(self) -> bool:
        return self._visits.closing

    @property
    def smtp(self) -> str:
        return place_of(self._places[LimitedSMTP])

    @property
    def lmtp(self) -> str:
        """Empty where nobody asked for it."""
        return place_of(self._places[LimitedLMTP]) if LimitedLMTP in self._places else ""

    def take_places(self) -> None:
        """Nobody is let in yet. Raises ConfigError when a port is taken or the certificate cannot be read."""
        self._tls = server_tls(self._email)
        self._places[LimitedSMTP] = bind(self._email, "smtp_listen")
        if self._email.lmtp_listen is not None:
            self._places[LimitedLMTP] = bind(self._email, "lmtp_listen")

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        for protocol, place in self._places.items():
            session = partial(self._session, protocol)
            if place.family == socket.AF_UNIX:
                server = await loop.create_unix_server(session, sock=place)
            else:
                server = await loop.create_server(session, sock=place)
            self._servers.append(server)

    def close(self) -> None:
        """No new visits, and no new mail from those who are here."""
        self._visits.closing = True
        for server in self._servers:
            server.close()

    def abort(self) -> None:
        for session in list(self._visits.open):
            session.abort()

    def _session(self, protocol: type[LimitedSMTP]) -> LimitedSMTP:
        email = self._email
        return protocol(
            self._handler,
            self._visits,
            hostname=email.mail_address[0].rpartition("@")[2],
            largest=email.smtp_max_megabytes * 1024 * 1024,
            tls=self._tls,
            # A mail server beside the desk has no need of it, and aiosmtpd would not let it say LHLO before.
            require_tls=email.smtp_require_tls and protocol is LimitedSMTP,
        )


def _rates(email: EmailSettings) -> Rates:
    return Rates(
        connections=Rate(each=email.smtp_max_connections_per_minute_per_host, together=email.smtp_max_connections_per_minute),
        mails=Rate(each=email.smtp_max_mails_per_minute_per_host, together=email.smtp_max_mails_per_minute),
        trusted=networks_of(email.smtp_trusted_hosts),
    )
