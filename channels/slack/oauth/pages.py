"""What whoever installs the desk reads in the browser: plain words, and nothing of what went wrong inside."""

from collections.abc import Mapping
from html import escape
from http import HTTPStatus

from starlette.responses import HTMLResponse

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
AGAIN = "Open the installation link once more, in the same browser."
UNINVITED = (
    "Installing begins with a link that whoever runs the help desk makes with <code>intake setup slack</code>."
    " It is good for a week."
)
UNREADABLE = f"Slack's answer could not be understood. {AGAIN}"
UNREACHABLE = f"Slack does not answer now. Please try again in a few minutes. {AGAIN}"
NOT_SAVED = f"Slack agreed, but it could not be saved. Please try again in a few minutes. {AGAIN}"
CAN_NOT_BEGIN = "This can not be begun just now. Please try again in a few minutes."
# By the vendor's words for what went wrong.
FAILURES: Mapping[str, str] = {
    "access_denied": "Nothing was installed: it was declined in Slack.",
    "invalid_browser": f"This is not the browser in which the installation began, or it began too long ago. {AGAIN}",
    "invalid_state": f"This installation was finished before, or it began more than ten minutes ago. {AGAIN}",
    "missing_code": UNREADABLE,
    "invalid_code": f"Slack did not accept this installation. {AGAIN}",
    "storage_error": NOT_SAVED,
}
OTHERWISE = f"Slack did not go through with the installation. {AGAIN}"
_STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}"


def begin_page(url: str) -> str:
    link = f'<p><a href="{escape(url)}" rel="noreferrer">Go on to Slack</a></p>'
    return _page("Install the help desk in Slack", f"<p>Slack asks next what the desk may do there.</p>{link}")


def done_page(name: str) -> str:
    said = f"The help desk is installed in {escape(name)}." if name else "The help desk is installed."
    return _page("Installed", f"<p>{said} This page can be closed.</p>")


def refusal_page(words: str) -> str:
    """`words` are ours, and HTML."""
    return _page("Not installed", f"<p>{words}</p>")


def refusal(words: str, status: HTTPStatus) -> HTMLResponse:
    return HTMLResponse(refusal_page(words), status_code=status.value, headers=HEADERS)


def _page(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return (
        f'<!DOCTYPE html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>'
    )
