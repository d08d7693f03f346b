"""What fits in a text message: the alphabet of GSM 03.38, and segments as the networks cut them."""

import re
import unicodedata

# 3GPP TS 23.038, 6.2.1: the basic alphabet, and the signs that take two septets because an escape goes before them.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("^{}\\[~]|€\f")
_ONE, _ONE_OF_MANY = 160, 153  # septets of a text that is alone, and of each of several
_WIDE_ONE, _WIDE_ONE_OF_MANY = 70, 67  # UTF-16 units

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\t", " "),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f", ""),
        **dict.fromkeys(
            "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""
        ),  # they turn what follows
        **dict.fromkeys("\u2028\u2029", " "),
        **dict.fromkeys("•·●▪", "-"),
        "…": "...",
        "‹": "<",
        "›": ">",
        "→": "->",
        "←": "<-",
        "×": "x",
        "ẞ": "SS",
    }
)
_ACCENTS = str.maketrans("áíóúâêîôûëïýÿãõçÁÀÂÃÈÊËÍÌÎÏÓÒÔÕÚÙÛÝ", "aiouaeioueiyyaocAAAAEEEIIIIOOOOUUUY")
_PICTURES = frozenset({"So", "Sk", "Cs", "Co", "Cn"})  # emoji, what modifies them, and what is no character at all
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def plain(text: str) -> str:
    """Typographic signs as a phone of 1995 has them. Accents that its alphabet lacks are left off where all the rest is in it:
    `"Café" – está…` loses nothing that matters, and stays cheap. Other scripts stay as they are."""
    composed = unicodedata.normalize("NFC", _CONTROL.sub(" ", text.replace("\r\n", "\n"))).translate(_TYPOGRAPHY)
    bare = composed.translate(_ACCENTS)
    return bare if is_gsm7(bare) else composed


def without_pictures(text: str) -> str:
    """Text of a stranger that we quote: one emoji in it would halve what we have room for."""
    return "".join(sign for sign in text if sign in _ESCAPED or unicodedata.category(sign) not in _PICTURES)


def is_gsm7(text: str) -> bool:
    return all(sign in _BASIC or sign in _ESCAPED for sign in text)


def segments(text: str) -> int:
    """How many messages this is cut into, 0 for no text. No sign is cut in two: an escaped one, or a surrogate pair, that would
    stand across a border begins the next segment."""
    if is_gsm7(text):
        return _counted([2 if sign in _ESCAPED else 1 for sign in text], _ONE, _ONE_OF_MANY)
    return _counted([2 if ord(sign) > 0xFFFF else 1 for sign in text], _WIDE_ONE, _WIDE_ONE_OF_MANY)


def _counted(sizes: list[int], alone: int, of_many: int) -> int:
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    count, room = 1, of_many
    for size in sizes:
        if size > room:
            count, room = count + 1, of_many
        room -= size
    return count
