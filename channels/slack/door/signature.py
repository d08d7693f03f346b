"""Is it Slack that asks? Every request is signed over its time and its body. Slack's page:
authentication/verifying-requests-from-slack."""

import re
from collections.abc import Iterable

from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from starlette.datastructures import Headers

from intake.desk.ports import Clock

TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
_SECONDS = re.compile(r"[0-9]{1,12}\Z", re.ASCII)
_SIGNED = re.compile(r"v0=[0-9a-f]{64}\Z", re.ASCII)


class Signatures:
    """`secrets` are all that may have signed: each is tried, whatever the others say. A request that is more than 300 s old, or
    of the future, is nobody's."""

    def __init__(self, secrets: Iterable[str], clock: Clock) -> None:
        time = _Time(clock)
        self._verifiers = tuple(SignatureVerifier(secret, time) for secret in secrets)

    def verify(self, body: bytes, headers: Headers) -> bool:
        """Exactly one time and one signature, of the shape that Slack gives them."""
        times, given = headers.getlist(TIMESTAMP), headers.getlist(SIGNATURE)
        if len(times) != 1 or len(given) != 1 or not _SECONDS.match(times[0]) or not _SIGNED.match(given[0]):
            return False
        try:
            matches = [verifier.is_valid(body, times[0], given[0]) for verifier in self._verifiers]
        except UnicodeDecodeError:  # the SDK reads the body as text
            return False
        return any(matches)


class _Time(SdkClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
