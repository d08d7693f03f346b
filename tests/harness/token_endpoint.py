"""An OAuth token endpoint on loopback, and what a mail server asks whether a token is good (RFC 6749, 7662)."""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import parse_qsl, quote

CLIENT, SECRET = "the-desk", "client-secret+with/odd=signs~"
USER = "desk@desk.example"


@dataclass(slots=True, kw_only=True)
class TokenEndpoint:
    """`refuses` is an error's code, `broken` a status with a page for people. `life` is in seconds. With `rotates` each refresh
    token works once, and whoever uses it again loses them all (as RFC 9700, 4.14 advises)."""

    port: int = 0
    life: int = 3600
    rotates: bool = False
    refuses: str = ""
    broken: int = 0
    refresh_token: str = "refresh-0"
    asked: list[dict[str, str]] = field(default_factory=list)
    introspected: int = 0
    _good: dict[str, float] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    @property
    def introspection(self) -> str:
        return f"http://127.0.0.1:{self.port}/introspect"

    def mailbox(self, port: int, **more: str) -> str:
        """What to set INTAKE_IMAP to, for a server on `port`."""
        given = {"client_id": CLIENT, "client_secret": SECRET, "token_url": self.url, **more}
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in given.items() if value)
        return f"imap+oauth://{quote(USER, safe='')}@127.0.0.1:{port}/INBOX?{query}"

    def revoke(self) -> None:
        """All access tokens of now."""
        self._good.clear()

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, str | int | bool]]:
        if path == "/introspect":
            self.introspected += 1
            return 200, {"active": self._good.get(form.get("token", ""), 0) > monotonic(), "username": USER}
        self.asked.append(form)
        if self.refuses:
            return 400, {"error": self.refuses, "error_description": f"No: {form.get('client_secret')} is not enough"}
        if form.get("client_id") != CLIENT or form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client"}
        more: dict[str, str | int | bool] = {}
        if form.get("grant_type") == "refresh_token":
            if form.get("refresh_token") != self.refresh_token:
                self.refuses = "invalid_grant"
                return 400, {"error": "invalid_grant", "error_description": "used twice"}
            if self.rotates:
                self.refresh_token = more["refresh_token"] = f"refresh-{next(self._numbers)}"
        elif form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        token = f"access-{next(self._numbers)}"
        self._good[token] = monotonic() + self.life
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.life, **more}


@contextmanager
def token_endpoint() -> Iterator[TokenEndpoint]:
    endpoint = TokenEndpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()))
            status, facts = endpoint.answer(self.path.partition("?")[0], form)
            if endpoint.broken:
                status, said = endpoint.broken, b"<h1>Out of order</h1>"
            else:
                said = json.dumps(facts).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
