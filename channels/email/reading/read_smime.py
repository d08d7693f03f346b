"""The mail inside an S/MIME signature (RFC 8551, 3.5.2), without keys: whether the signature holds is not asked here."""

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _SET, _INTEGER, _OID, _OCTETS, _OCTETS_IN_PIECES, _EXPLICIT = 0x30, 0x31, 0x02, 0x06, 0x04, 0x24, 0xA0


class _NotSigned(ValueError):
    """The bytes are no signed data, or are cut off before its content."""


def signed_content(data: bytes) -> bytes | None:
    """What was signed, or None where this is no signed data or does not carry it. One walk, each byte seen once."""
    try:
        return _content(data) or None
    except (_NotSigned, IndexError):
        return None


def _content(data: bytes) -> bytes:
    at = _entered(data, 0, _SEQUENCE)
    tag, start, length = _element(data, at)
    if tag != _OID or data[start : start + length] != SIGNED_DATA:
        raise _NotSigned
    at = _entered(data, start + length, _EXPLICIT)
    at = _entered(data, at, _SEQUENCE)
    at = _passed(data, at, _INTEGER)
    at = _passed(data, at, _SET)
    at = _entered(data, at, _SEQUENCE)
    at = _passed(data, at, _OID)
    return _octets(data, _entered(data, at, _EXPLICIT))


def _octets(data: bytes, at: int) -> bytes:
    """An octet string, whole or in pieces; the pieces end at the first thing that is none."""
    tag, start, length = _element(data, at)
    if tag == _OCTETS:
        return data[start : start + length]
    end = len(data) if length < 0 else min(start + length, len(data))
    pieces: list[bytes] = []
    while at < end:
        tag, start, length = _element(data, at)
        if tag == _OCTETS:
            pieces.append(data[start : start + length])
            at = start + length
        elif tag == _OCTETS_IN_PIECES:
            at = start
        else:
            break
    return b"".join(pieces)


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, where its content begins, and how long that is; -1 where its end is marked instead (X.690, 8.1.3)."""
    tag, size = data[at], data[at + 1]
    if size < 0x80:
        return tag, at + 2, size
    if size == 0x80:
        return tag, at + 2, -1
    count = size & 0x7F
    if count > 4:
        raise _NotSigned
    return tag, at + 2 + count, int.from_bytes(data[at + 2 : at + 2 + count], "big")


def _entered(data: bytes, at: int, wanted: int) -> int:
    tag, start, _ = _element(data, at)
    if tag != wanted:
        raise _NotSigned
    return start


def _passed(data: bytes, at: int, wanted: int) -> int:
    tag, start, length = _element(data, at)
    if tag != wanted:
        raise _NotSigned
    if length >= 0:
        return start + length
    open_ends = 1
    while open_ends:
        tag, start, length = _element(data, start)
        if length < 0:
            open_ends += 1
        elif tag == 0 and length == 0:
            open_ends -= 1
        else:
            start += length
    return start
