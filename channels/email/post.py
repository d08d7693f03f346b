"""What outgoing mail is made with, from the settings: checked whole before any door opens."""

from channels.email.imap.settings import imap_account_of
from channels.email.outgoing.dkim_signature import Signer, read_signer
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.samples import demand_sound
from channels.email.outgoing.templates import Templates, templates_of
from channels.email.send import MailSender
from channels.email.settings import EmailSettings, relay_of
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy


def mail_sender(email: EmailSettings, policy: Policy, keys: KeyRing, public_url: str, phone: str = "") -> MailSender | None:
    """None without a relay. Raises ConfigError for templates and keys that are not sound, with a relay or without."""
    letterhead = letterhead_of(email, policy, keys, public_url, phone)
    signer = signer_of(email)
    return MailSender(relay_of(email.smtp_relay), letterhead, signer) if email.smtp_relay else None


def letterhead_of(email: EmailSettings, policy: Policy, keys: KeyRing, public_url: str, phone: str = "") -> Letterhead:
    """Raises ConfigError."""
    return Letterhead(
        address=email.mail_address[0],
        others=email.mail_address[1:],
        name=email.mail_name,
        policy=policy,
        keys=keys,
        public_url=public_url,
        phone=phone,
        proving=proving_addresses(email),
        templates=sound_templates(email),
    )


def sound_templates(email: EmailSettings) -> Templates:
    """An administrator's have been tried; that the shipped ones are sound is for the desk's own tests. Raises ConfigError."""
    templates = templates_of(email.templates)
    if email.templates is not None:
        demand_sound(templates)
    return templates


def signer_of(email: EmailSettings) -> Signer | None:
    """Raises ConfigError."""
    return read_signer(email.dkim_domain, email.dkim_selector, email.dkim_key)


def proving_addresses(email: EmailSettings) -> frozenset[str]:
    """Those of the desk's addresses at which a mail can prove that it is a colleague's, because the door that it comes through
    takes a server's word. An address whose mailbox is fetched has that door, and SMTP is none of its own; a mailbox of which
    nobody said whose it is may be anybody's that has none."""
    accounts = [imap_account_of(url.get_secret_value()) for url in email.imap]
    proving = set()
    for address in email.mail_address:
        boxes = [box for box in accounts if box.address == address] or [box for box in accounts if not box.address]
        if all(box.authserv_ids for box in boxes) if boxes else email.authserv_id:
            proving.add(address)
    return frozenset(proving)
