"""structlog without rich, which it loads where it can for coloured tracebacks: no log of ours has any, and rich weighs 4 MB.
To be imported before anything that logs."""

import sys

if "structlog" not in sys.modules and "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]  # so the import system is told that there is none
    try:
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]
