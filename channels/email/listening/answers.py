"""Enhanced status codes (RFC 2034, 3463) for the answers that aiosmtpd gives without one."""

import re
from collections.abc import Mapping

_BARE = re.compile(rb"([245][0-9]{2}) (?![245]\.[0-9]{1,3}\.[0-9]{1,3} )")

_ENHANCED: Mapping[bytes, bytes] = {
    b"221": b"2.0.0",
    b"250": b"2.0.0",
    b"252": b"2.0.0",
    b"454": b"4.7.0",
    b"500": b"5.5.2",
    b"501": b"5.5.4",
    b"502": b"5.5.1",
    b"503": b"5.5.1",
    b"504": b"5.5.4",
    b"530": b"5.7.0",
    b"552": b"5.3.4",
    b"553": b"5.1.3",
    b"554": b"5.7.0",
    b"555": b"5.5.4",
}


def enhanced(answer: bytes) -> bytes:
    """Of one line; several lines (EHLO), greetings and what has its code already stay as they are."""
    found = _BARE.match(answer)
    if found is None or found[1] not in _ENHANCED:
        return answer
    return b"%s %s %s" % (found[1], _ENHANCED[found[1]], answer[4:])
