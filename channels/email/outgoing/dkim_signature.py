"""Signing outgoing mail (DKIM, RFC 6376), for sites whose relay does not.

RSA with SHA-256 alone (RFC 8301): Ed25519 (RFC 8463) is checked by few, and who has it signs with RSA as well.
"""

from base64 import b64encode
from pathlib import Path

from intake.domain.errors import ConfigError

SMALLEST_KEY = 2048  # bits: RFC 8301 says SHOULD, and large receivers take less for none
MOST_IN_A_STRING = 255  # bytes of one string of a TXT record (RFC 1035, 3.3.14)
# From twice: a second one that somebody adds breaks the signature (RFC 6376, 8.15).
SIGNED = (
    b"from", b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references",
    b"auto-submitted", b"mime-version", b"content-type",
)  # fmt: skip
_RELAXED = (b"relaxed", b"relaxed")
_RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")  # AlgorithmIdentifier (RFC 3279, 2.3.1)


class Signer:
    """Raises ConfigError that says what is wrong with the key; `file` is its name for people."""

    def __init__(self, *, domain: str, selector: str, key: bytes, file: str) -> None:
        self.domain = domain
        self.selector = selector
        self._key = key
        self._public = _public_key(key, file)
        self._demand_that_it_verifies(file)

    @property
    def record_name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What to publish there as TXT."""
        return f"v=DKIM1; k=rsa; p={b64encode(self._public).decode()}"

    @property
    def record_in_a_zone(self) -> str:
        """As a line of a zone file: strings of at most 255 bytes."""
        text = self.record
        strings = [text[start : start + MOST_IN_A_STRING] for start in range(0, len(text), MOST_IN_A_STRING)]
        return f"{self.record_name}. IN TXT ( {' '.join(f'{chr(34)}{string}{chr(34)}' for string in strings)} )"

    def signed(self, raw: bytes) -> bytes:
        """The same mail behind its signature. `raw` must be what is sent, byte by byte, with CRLF at each line's end."""
        import dkim  # type: ignore[import-untyped]  # noqa: PLC0415 - most sites sign elsewhere

        signature: bytes = dkim.sign(
            raw,
            self.selector.encode(),
            self.domain.encode(),
            self._key,
            canonicalize=_RELAXED,
            include_headers=list(SIGNED),
        )
        return signature + raw

    def aligned_with(self, address: str) -> bool:
        """Is it the domain of this From, or above it? (RFC 7489, 3.1.1, relaxed)"""
        of = address.rpartition("@")[2].lower()
        return of == self.domain.lower() or of.endswith(f".{self.domain.lower()}")

    def _demand_that_it_verifies(self, file: str) -> None:
        """A key whose halves do not belong together would make every mail look forged."""
        import dkim  # noqa: PLC0415

        mail = self.signed(b"From: desk@example.com\r\nSubject: a try\r\n\r\nA try.\r\n")
        if not dkim.verify(mail, dnsfunc=lambda *_, **__: self.record.encode()):
            raise ConfigError(f"INTAKE_DKIM_KEY: {file} holds a key that does not verify what it signs: make a new one")


def read_signer(domain: str | None, selector: str | None, key: Path | None) -> Signer | None:
    """None where nothing is to be signed. Raises ConfigError."""
    if domain is None or selector is None or key is None:
        return None
    try:
        content = key.read_bytes()
    except OSError as fault:
        raise ConfigError(f"INTAKE_DKIM_KEY: {key} cannot be read: {fault.strerror}") from fault
    return Signer(domain=domain, selector=selector, key=content, file=str(key))


def _public_key(pem: bytes, file: str) -> bytes:
    """As SubjectPublicKeyInfo (RFC 5280, 4.1.2.7). Raises ConfigError."""
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key  # type: ignore[import-untyped]  # noqa: PLC0415

    made = f"make one with: openssl genrsa -out {file} 2048"
    if b"ENCRYPTED" in pem:
        raise ConfigError(f"INTAKE_DKIM_KEY: {file} needs a passphrase: take it off, or {made}")
    try:
        parts: dict[str, int] = parse_pem_private_key(pem)
        modulus, exponent = int(parts["modulus"]), int(parts["publicExponent"])
    except (UnparsableKeyError, ValueError, LookupError, TypeError) as fault:
        raise ConfigError(f"INTAKE_DKIM_KEY: {file} is no RSA key as PEM: {made}") from fault
    if modulus.bit_length() < SMALLEST_KEY:
        raise ConfigError(f"INTAKE_DKIM_KEY: {file} has {modulus.bit_length()} bits, and {SMALLEST_KEY} are needed: {made}")
    rsa = _der(0x30, _integer(modulus) + _integer(exponent))
    return _der(0x30, _RSA_ENCRYPTION + _der(0x03, b"\0" + rsa))


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content
