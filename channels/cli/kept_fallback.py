"""The fallback documents as `intake setup twilio` printed them last: `intake check` holds them against the rota of the day."""

import os
from datetime import UTC, datetime
from pathlib import Path

from channels.serve.settings import DeskSettings


def keep(desk: DeskSettings, number: str, twiml: str) -> bool:
    """False where nothing can be written there: then nobody can say later whether it is still right."""
    path = _path(desk, number)
    try:
        desk.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # as the desk makes it: others have no business there
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(twiml)
    except OSError:
        return False
    return True


def kept(desk: DeskSettings, number: str) -> tuple[str, datetime] | None:
    """The document and when it was printed; None where it never was, here."""
    path = _path(desk, number)
    try:
        return path.read_text("utf-8", errors="replace"), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def _path(desk: DeskSettings, number: str) -> Path:
    return desk.data_dir / "fallback" / f"{number.removeprefix('+')}.xml"
