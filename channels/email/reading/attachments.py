"""The files that came with a mail, each under the best name that can be found for it."""

import hashlib
import re

from channels.email.reading.body import clean, transfer_decoded
from channels.email.reading.headers import decoded, read_headers
from channels.email.reading.read_parts import Part
from channels.email.reading.read_tnef import TnefFile
from intake.domain.message import Attachment

MAX_NAME = 255

_KIND = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}\Z")
_PATHS = re.compile(r"\.\.|[/\\:]")

_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/bmp": "bmp", "image/tiff": "tif", "image/webp": "webp",
    "image/svg+xml": "svg", "application/pdf": "pdf", "application/zip": "zip", "application/json": "json",
    "application/xml": "xml", "application/rtf": "rtf", "application/msword": "doc", "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt", "application/ms-tnef": "dat", "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s", "application/x-pkcs7-signature": "p7s", "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m", "application/gzip": "gz", "audio/mpeg": "mp3", "audio/wav": "wav", "video/mp4": "mp4",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "text/plain": "txt", "text/html": "html", "text/calendar": "ics", "text/csv": "csv", "text/xml": "xml",
    "text/vcard": "vcf", "text/x-vcard": "vcf", "message/rfc822": "eml", "message/delivery-status": "txt",
    "message/disposition-notification": "txt", "message/feedback-report": "txt", "text/rfc822-headers": "txt",
}  # fmt: skip


def attachment(part: Part, number: int) -> tuple[Attachment, tuple[str, ...]]:
    """The file in a leaf part, and what was wrong with it. `number` names the nameless."""
    content, note = transfer_decoded(part.content, part.headers.first("content-transfer-encoding"))
    notes = [note] if note else []
    given = given_name(part)
    name = given or _name_by_content(part, content, number)
    content_id = decoded(part.headers.first("content-id")).strip("<> \t")
    if part.kind == "application/pgp-encrypted":
        notes.append("pgp-encrypted")
    return as_file(name, part.kind, content, inline=is_inline(part, content_id), content_id=content_id), tuple(notes)


def as_file(name: str, kind: str, content: bytes, *, inline: bool = False, content_id: str = "") -> Attachment:
    return Attachment(
        name=name,
        content_type=clean(kind)[:200],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        inline=inline,
        content=content,
        content_id=content_id,
    )


def tnef_file(file: TnefFile, number: int) -> Attachment:
    kind = file.content_type if _KIND.match(file.content_type) else "application/octet-stream"
    name = _tidy(file.name) or f"file-{number}.{_ENDINGS.get(kind, 'bin')}"
    return as_file(name, kind, file.content, inline=bool(file.content_id), content_id=file.content_id)


def given_name(part: Part) -> str:
    """The name the sender gave, or "": `filename`, then `name`, each in whatever encoding."""
    given = ((part.disposition_params, "filename"), (part.params, "name"), (part.params, "filename"))
    names = [tidy for params, key in given if (name := params.get(key, "")) and (tidy := _tidy(name))]
    if names:  # a question mark stands for a letter that the sender's program could not write there
        return next((name for name in names if "?" not in name and "\ufffd" not in name), names[0])
    if part.disposition_params.get("name"):
        return _tidy(part.disposition_params["name"])
    return ""


def is_inline(part: Part, content_id: str) -> bool:
    return part.disposition == "inline" or (part.disposition != "attachment" and bool(content_id))


def _tidy(name: str) -> str:
    name = "".join(character for character in name if character >= " " and character != "\x7f").strip()
    if "/" in name or "\\" in name:  # a path, or a try to leave the folder it is saved to
        name = name.rpartition("\\")[2] if name[1:3] == ":\\" else _PATHS.sub("", name)
    if len(name) > MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        name = stem[: MAX_NAME - 1 - len(ending)] + dot + ending if dot and len(ending) < 20 else name[:MAX_NAME]
    return name


def _name_by_content(part: Part, content: bytes, number: int) -> str:
    if part.kind == "message/rfc822":
        inner, _ = read_headers(content, 0, len(content))
        if subject := _tidy(decoded(inner.first("subject"))):
            return f"{subject[: MAX_NAME - 4]}.eml"
    described = _tidy(decoded(part.headers.first("content-description")))
    if described and "." in described[-6:-1]:
        return described
    ending = _ENDINGS.get(part.kind, "bin")
    return f"{part.kind.partition('/')[0] or 'file'}-{number}.{ending}"
