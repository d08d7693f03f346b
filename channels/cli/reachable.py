"""Can somebody outside reach this address?"""

import ipaddress
from urllib.parse import urlsplit


def is_inside(url: str) -> bool:
    """It names an address of one's own network, as far as that can be seen without asking anybody."""
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
