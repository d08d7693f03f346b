"""Phone calls as JSON."""

from channels.api import call_records as r
from channels.api.moment_record import in_json
from intake.domain.call import Call
from intake.domain.ticket import spoken


def call(of: Call) -> r.Call:
    return {
        "id": of.id,
        "name": of.name,
        "ticket": spoken(of.ticket),
        "line": of.line,
        "caller": of.caller or None,
        "began_at": in_json(of.began_at),
        "ended_at": in_json(of.ended_at) if of.ended_at else None,
        "said": of.said,
        "connected_to": of.connected_to or None,
    }
