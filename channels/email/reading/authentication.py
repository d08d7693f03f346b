"""Is the author of a mail who it says? The desk asks nobody: it takes the word of the servers that it was told to trust."""

from collections.abc import Collection, Iterable

import authres  # type: ignore[import-untyped]

UNNAMED = "-"  # for a server that leaves its name out, as Microsoft 365 does: then its header must be the topmost one
_NO_NAMES = frozenset({"", UNNAMED})  # whoever writes the dash itself into a header has named nobody
_LONGEST = 8 * 1024
_MOST = 20


def is_authentic(results: Iterable[str], author_domain: str, trusted: Collection[str]) -> bool:
    """Did a trusted server find that DMARC passes for the author's domain?

    `results` are the values of all Authentication-Results fields (RFC 8601), the topmost first: a trusted server puts its own
    above whatever it was sent. Only the first one of a trusted name counts; one that cannot be read says nothing. Without a
    domain there is no author of whom anything could be found."""
    if not author_domain:
        return False
    for place, value in enumerate(results):
        if place >= _MOST:
            return False
        name = _server(value)
        if (name or UNNAMED) not in trusted or (name in _NO_NAMES and place):
            continue
        return _passes(value if name else f"{UNNAMED}; {value}", author_domain)
    return False


def trusted_names(setting: str) -> frozenset[str]:
    """As they stand in an arrival's envelope: comma separated."""
    return frozenset(name.strip().lower() for name in setting.split(",") if name.strip())


def _server(value: str) -> str:
    """The authserv-id; empty where the first thing said is a result already."""
    first = value.lstrip().partition(";")[0].split()
    return first[0].lower() if first and "=" not in first[0] else ""


def _passes(value: str, author_domain: str) -> bool:
    if len(value) > _LONGEST:
        return False
    try:
        found = authres.AuthenticationResultsHeader.parse_value(value).results
    except Exception:  # it raises on what real servers write, and on what attackers do
        return False
    verdicts = [result for result in found if str(result.method).lower() == "dmarc"]
    return bool(verdicts) and all(
        str(verdict.result).lower() == "pass" and _domain(verdict.properties) == author_domain.lower() for verdict in verdicts
    )


def _domain(properties: Iterable[authres.AuthenticationResultProperty]) -> str:
    """For whom it passed: `header.from`, which some write as a whole address."""
    values = [str(one.value) for one in properties if (one.type, one.name) == ("header", "from")]
    return values[0].rpartition("@")[2].lower().rstrip(".") if len(values) == 1 else ""
