"""Mail in desk.toml: what its several addresses are for, and whom to take for a colleague."""

import re
from collections.abc import Mapping

from intake.desk.policy import Mailbox, Team, TrustPolicy
from intake.desk.policy_file.table import PolicyTable

_ADDRESS = re.compile(r"[^@\s<>,;+]{1,64}@[^@\s<>,;]{1,255}\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?\Z", re.ASCII)
# A site's desk.toml that was written before this section existed means these.
PUBLIC_DOMAINS = (
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "yahoo.co.uk", "ymail.com",
    "aol.com", "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net", "gmx.com", "web.de",
    "t-online.de", "freenet.de", "mail.de", "posteo.de", "mailbox.org", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr",
    "libero.it", "mail.ru", "yandex.ru", "yandex.com", "qq.com", "163.com", "126.com", "sina.com", "naver.com", "daum.net",
    "zoho.com", "fastmail.com", "hey.com", "tutanota.com", "seznam.cz", "wp.pl", "o2.pl", "onet.pl", "comcast.net",
    "verizon.net", "att.net", "btinternet.com", "bluewin.ch", "hotmail.fr", "hotmail.co.uk", "outlook.fr", "outlook.de",
    "yahoo.fr", "yahoo.de",
)  # fmt: skip


def read_mailboxes(table: PolicyTable, teams: Mapping[str, Team]) -> dict[str, Mailbox]:
    """By address, lower case."""
    mailboxes: dict[str, Mailbox] = {}
    for index, row in enumerate(table.rows("mailbox", ("address", "team", "language"))):
        address = table.word("mailbox", row, "address", index).lower()
        team, language = (table.word("mailbox", row, key, index, default="") for key in ("team", "language"))
        if address and not _ADDRESS.match(address):
            table.fault(f"{address!r} is not a plain mail address such as desk@example.com", "mailbox", "address", index)
        if address in mailboxes:
            table.fault(f"the mailbox {address!r} is there twice", "mailbox", "address", index)
        if team and team not in teams:
            table.fault(f"the team {team!r} has no [[team]]", "mailbox", "team", index)
        if language and not _LANGUAGE.match(language):
            table.fault(f"{language!r} is not a language such as de or pt-BR", "mailbox", "language", index)
        mailboxes[address] = Mailbox(address=address, team=team, language=language)
    return mailboxes


def read_trust(table: PolicyTable) -> TrustPolicy:
    section = table.section("trust", ("public_domains", "most_joining"), may_be_absent=True)
    return TrustPolicy(
        public_domains=frozenset(
            domain.lower() for domain in table.words("trust", section, "public_domains", default=PUBLIC_DOMAINS)
        ),
        most_joining=table.count("trust", section, "most_joining", default=20, most=1_000),
    )
