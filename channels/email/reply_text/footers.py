"""Lines below a letter that its author did not write for it: those of a device, of a lawyer, of a mailing list."""

import re

from channels.email.reading.labels import EDGE, folded, words

_NOTICE = 700  # letters of a paragraph that are looked at
_MOBILE = words("mobile")
_ENDS = words("mobile_ends")
_OPERATOR_ENDS = ("smartphone", "network", "tablet", "device")
_EXCUSES = words("excuses")
_LINK = re.compile(r"[<(\[]?(?:https?://|www\.)[^\s<>()\[\]]{1,500}[>)\]]?")
_DEVICES = re.compile(
    r"(?i)iphon|ipad|android|samsung|galaxy|huawei|xiaomi|redmi|nokia|blackberry|windows|smartphone|handy|mobi|мобил|мобіл|phone|téléphone|surface"
    r"|telefon|outlook|mail|tablet|proton|workspace|device|yahoo|gmail|почт|пошт|邮|郵|手机|手機|メール|메일|폰|htc|sony|pixel|oneplus"
    r"|nexus|treo|unterwegs|macbook|spark|tutanota|tuta|foxmail|correo|posta|correio|courrier|e-post"
    r"|pošt|aol|app\b|k-9"
    r"|superhuman|em client|canary|\bnine\b"
    r"|appareil|zariaden|zařízen"
)
_ITSELF = words("itself")
_SECRET = words("secret")
_LEGAL = words("legal")


def is_link(line: str) -> bool:
    return len(line) < 600 and not _LINK.sub("", line).strip(EDGE)


def is_device(line: str) -> bool:
    """ "Sent from my iPhone" and its kin."""
    bare = line if len(line) < 600 else ""
    if "://" in bare or "www." in bare:
        bare = _LINK.sub("", bare)
    bare = " ".join(bare.replace("[", "").replace("]", "").split()).strip("*_<>()-–—| :")
    lower, _, excuse = folded(bare).partition(". ")
    if not excuse and any(word in lower for word in _EXCUSES):
        lower, _, excuse = lower.partition(", ")
    if not lower or len(lower) > 90 or (excuse and (len(excuse) > 120 or not any(word in excuse for word in _EXCUSES))):
        return False
    count = len(lower.split())
    ends = lower.rstrip(" .!").endswith(_ENDS)
    if lower.startswith("yahoo mail: search"):
        return True
    if "," in lower and not lower.startswith(("sent with tuta", "gaukite")):
        return lower.startswith("sent from my") and count <= 10 and lower.rstrip(".").endswith(_OPERATOR_ENDS)
    if lower.startswith("sent from my"):
        return count <= (11 if lower.rstrip(".").endswith(_OPERATOR_ENDS) else 9 if _DEVICES.search(lower) else 7)
    known = lower.startswith(_MOBILE) or ends
    return known and count <= (12 if ends else 10) and _DEVICES.search(lower) is not None


def is_notice(lines: list[str], place: int, end: int) -> bool:
    """Does a paragraph begin here that says of the mail itself that it is confidential, was scanned, or came by a list?"""
    head = folded(lines[place][:_NOTICE]).strip(EDGE + "-_=#>\"'“”()[]")
    if head.startswith(_LEGAL):
        return True
    if (place and lines[place - 1].strip()) or not any(map(head[:200].__contains__, _ITSELF)):
        return False
    paragraph = [head]
    for later in range(place + 1, min(place + 8, end)):
        if not lines[later].strip():
            break
        paragraph.append(folded(lines[later][:_NOTICE]))
    return any(word in " ".join(paragraph)[:_NOTICE] for word in _SECRET)
