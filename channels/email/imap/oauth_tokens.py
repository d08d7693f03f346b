"""Tokens to sign in to a mailbox with: asked for, kept until shortly before they expire, renewed."""

import json
from collections.abc import Callable, Mapping
from time import monotonic

import structlog

from channels.email.imap.faults import SignInRefused, TokenUnavailable
from channels.email.imap.oauth_endpoint import Answer, post
from channels.email.imap.oauth_secrets import RefreshToken, secret_of
from channels.email.imap.oauth_settings import OAuthClient

SHORT_LIFE = 600.0  # seconds, where the endpoint does not say how long a token lives
MARGIN = 300.0  # seconds before its end in which a token is not used any more
LONGEST_TOKEN = 1 << 15  # characters

Post = Callable[[str, Mapping[str, str]], Answer]

log = structlog.get_logger()

# What a person has to do, by the error's code (RFC 6749, 5.2).
_MENDS = {
    "invalid_client": "client_id or client_secret is wrong, or the secret has expired",
    "invalid_grant": "the refresh token was revoked or has expired: let somebody sign in again and set the new one",
    "unauthorized_client": "the application may not do this: look at its permissions and the administrator's consent",
    "invalid_scope": "scope is wrong for this endpoint",
    "unsupported_grant_type": "the endpoint has no such flow",
    "invalid_request": "look at token_url, tenant, client_id and scope",
    "access_denied": "the application has no right to this mailbox",
    "interaction_required": "let somebody sign in again and set the new refresh token",
}


class TokenSource:
    """For one mailbox; to be used by one thread. `mailbox` is its name in the log."""

    def __init__(self, client: OAuthClient, mailbox: str, *, post: Post = post, now: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._mailbox = mailbox
        self._post = post
        self._now = now
        self._token = ""
        self._good_until = 0.0
        self._refresh = RefreshToken(client, mailbox)
        self.renewals = 0

    def token(self) -> str:
        """Raises SignInRefused when a person must mend something, TokenUnavailable when it may pass by itself."""
        if not self._token or self._now() >= self._good_until:
            self._renew()
        return self._token

    def forget(self) -> None:
        """The server does not take it any more, whatever the endpoint said of its life."""
        self._token = ""

    @property
    def replaced_in_memory(self) -> bool:
        """The endpoint gave another refresh token, and nobody keeps it when this process ends."""
        return self._refresh.only_here

    def _renew(self) -> None:
        self._token = ""
        question = self._question()
        asked = self._now()
        answer = self._post(self._client.token_url, question)
        facts = _facts(answer)
        if answer.status != 200 or "access_token" not in facts:
            self._complain(answer, facts, question)
        token = facts["access_token"]
        if not token.isascii() or not token.isprintable() or " " in token or not 0 < len(token) <= LONGEST_TOKEN:
            raise TokenUnavailable("the token endpoint's answer holds no usable token")
        life = _seconds(facts.get("expires_in", ""))
        self._token, self._good_until = token, asked + max(life - MARGIN, life / 2)
        self.renewals += 1
        if self._client.refreshes:
            self._refresh.keep(facts.get("refresh_token", ""))
        log.info("imap.token", mailbox=self._mailbox, seconds=round(life), flow=self._client.flow)

    def _question(self) -> Mapping[str, str]:
        secret = secret_of(self._client.client_secret, self._client.client_secret_file, "client_secret_file")
        question = {"client_id": self._client.client_id, "client_secret": secret, "scope": self._client.scope}
        if self._client.refreshes:
            question |= {"grant_type": "refresh_token", "refresh_token": self._refresh.current()}
        else:
            question |= {"grant_type": "client_credentials"}
        return {key: value for key, value in question.items() if value}

    def _complain(self, answer: Answer, facts: Mapping[str, str], question: Mapping[str, str]) -> None:
        code = facts.get("error", "")
        said = " ".join(f"{code} {facts.get('error_description', '')}".split())[:300] or f"HTTP {answer.status}"
        for key in ("client_secret", "refresh_token"):  # an endpoint may repeat what it was told
            if question.get(key):
                said = said.replace(question[key], "***")
        if answer.status in {400, 401, 403} and code not in {"temporarily_unavailable", "server_error", "slow_down"}:
            raise SignInRefused(f"the token endpoint says {said}", _MENDS.get(code, ""))
        raise TokenUnavailable(f"the token endpoint says {said}")


def _facts(answer: Answer) -> Mapping[str, str]:
    """The text and numbers of a JSON object; empty if it is none."""
    try:
        read: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {str(key): str(value) for key, value in read.items() if isinstance(value, str | int | float)}


def _seconds(written: str) -> float:
    try:
        life = float(written)
    except ValueError:
        return SHORT_LIFE
    return life if 0 < life < 1e6 else SHORT_LIFE
