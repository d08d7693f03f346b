"""Text of a stranger, fit for a page."""

_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}


def plain_text(text: str) -> str:
    """Line ends as `\\n`, and no other control characters than tabs."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
