"""From the bytes of a text part to text that any database will take, by the charset it truly has."""

import codecs
import re
from binascii import Error as BadBase64
from binascii import a2b_base64, a2b_qp, a2b_uu
from functools import lru_cache

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_SOFT_BREAK = re.compile(rb"=[ \t]++(?=\r?\n)")  # blanks at a line's end were added on the way (RFC 2045, 6.7)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SAMPLE = 32 * 1024  # what a guess at an undeclared charset looks at

# Only codecs of real charsets: Python also answers to punycode (quadratic), unicode_escape, idna, rot13 ...
_CHARSET = re.compile(
    r"(ascii|us-ascii|utf|iso8859|latin|cp[0-9]|gb|big5|euc|iso2022|shift_jis|johab|hz|koi8|mac|tis|kz1048|ptcp154|hp-roman8)"
)
_AS_DECLARED = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")  # ASCII bytes mean something else here
_SUPERSET = {
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "big5": "cp950", "shift_jis": "cp932",
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
_LIKELY = [  # what mail without a charset was written in; not DOS, not EBCDIC
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "gb18030", "big5", "cp932", "euc_jp",
    "cp949", "iso2022_jp",
]  # fmt: skip
_ALIASES = {
    "x-gbk": "gbk", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "x-sjis": "cp932", "windows-31j": "cp932",
    "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "x-big5": "big5", "iso-8859-8-i": "iso-8859-8",
    "cp-850": "cp850", "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "x-windows-949": "cp949", "windows-874": "cp874",
    "iso-8859-8-e": "iso-8859-8", "x-euc-jp": "euc-jp", "x-user-defined": "cp1252", "visual": "iso-8859-8",
}  # fmt: skip


def clean(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and lone surrogates, which SQLite does."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else _SURROGATES.sub("", text)


@lru_cache(maxsize=256)
def codec_for(charset: str) -> str:
    """Python's name of a declared charset, or "" where it is missing, unknown or no charset at all."""
    charset = charset.strip("\"' \t").lower()
    try:
        name = codecs.lookup(_ALIASES.get(charset, charset)).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    return name if _CHARSET.match(name) else ""


def decode_as(data: bytes, charset: str) -> str | None:
    """Strictly by the declared charset or its superset; None where that fails."""
    codec = codec_for(charset)
    for attempt in (codec, _SUPERSET.get(codec, "")):
        if attempt:
            try:
                return data.decode(attempt)
            except (UnicodeError, ValueError):
                continue
    return None


def decode(data: bytes, charset: str) -> tuple[str, str]:
    """The text, and a note where the declared charset was not the true one."""
    codec = codec_for(charset) if charset else ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = "utf-16"  # no other text begins so
    elif data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if codec.startswith(_AS_DECLARED) and (text := _as_declared(data, codec)) is not None:
        return clean(text), ""
    try:
        return clean(data.decode("utf-8")), ""
    except UnicodeDecodeError:
        pass
    if codec and not codec.startswith(("utf", *_AS_DECLARED)):
        text = data.decode(_SUPERSET.get(codec, codec), "replace")
        return clean(text), f"undecodable: {codec}" if "\ufffd" in text else ""
    if codec == "utf-8" and data.count(b"\xef\xbf\xbd") == 0 and _mostly_utf8(data):
        return clean(data.decode("utf-8", "replace")), "undecodable: utf-8"
    guess = _guess(data)
    return clean(data.decode(guess, "replace")), f"charset-guessed: {guess}"


def _as_declared(data: bytes, codec: str) -> str | None:
    for attempt in (codec, "iso2022_jp_ext", "iso2022_jp_2004") if codec == "iso2022_jp" else (codec,):
        try:
            return data.decode(attempt)
        except (UnicodeError, ValueError):
            continue
    if not data.isascii() and not codec.startswith(("utf-16", "utf-32")):
        return None
    return data.decode(codec, "replace")


def _mostly_utf8(data: bytes) -> bool:
    text = data[:_SAMPLE].decode("utf-8", "ignore")
    return sum(not character.isascii() for character in text) > len(data[:_SAMPLE]) - len(text.encode())


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to import, seldom needed

    best = from_bytes(data[:_SAMPLE], steps=3, chunk_size=256, cp_isolation=_LIKELY).best()
    return codec_for(best.encoding) or "cp1252" if best else "cp1252"


def base64_bytes(data: bytes) -> tuple[bytes, bool]:
    """Whatever can be decoded, and whether that was all of it."""
    try:
        return a2b_base64(data), True
    except BadBase64:
        kept = data.translate(None, _NOT_BASE64)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return a2b_base64(kept + b"=" * (-len(kept) % 4)), False


def transfer_decoded(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The content behind a Content-Transfer-Encoding, and a note where that was broken."""
    encoding = encoding.strip(" \t\"'").lower()
    if encoding.startswith("base64"):
        content, whole = base64_bytes(data)
        return content, "" if whole else "broken-base64"
    if encoding.startswith("quoted-printable"):
        return a2b_qp(_SOFT_BREAK.sub(b"=", data)), ""
    if encoding.startswith(("x-uu", "uuencode")):
        lines = data.split(b"\n")
        begin = next((place for place, line in enumerate(lines) if line.startswith(b"begin ")), -1)
        return b"".join(uu_line(line) for line in lines[begin + 1 :]), ""
    return data, ""


def uu_decoded(lines: list[bytes]) -> bytes:
    """Nothing where the first line is longer than the length it begins with allows: then it is text that looks so."""
    first = lines[0].rstrip(b"\r") if lines else b""
    if not first or len(first) > 2 + ((first[0] - 32 & 63) + 2) // 3 * 4:
        return b""
    return b"".join(map(uu_line, lines))


def uu_line(line: bytes) -> bytes:
    try:
        return a2b_uu(line.rstrip(b"\r"))
    except BadBase64:
        return b""


def unfolded(text: str, *, delete_space: bool) -> str:
    """`format=flowed` (RFC 3676) as paragraphs again; quotes keep their marks."""
    out: list[str] = []
    flowing = -1  # the quote depth of an unfinished paragraph, or -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:]
        words = words[1:] if words[:1] == " " else words
        marks = ">" * depth + " " if depth else ""
        soft = words[-1:] == " " and words != "-- "
        kept = words[:-1] if soft and delete_space else words
        if flowing == depth and words != "-- ":
            out.append(kept)
        else:
            out.append(("\n" if out else "") + marks + kept)
        flowing = depth if soft else -1
    return "".join(out)
