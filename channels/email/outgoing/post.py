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


def mail_sender(email: EmailSettings, policy: Policy, keys: KeyRing, public_url: str) -> MailSender | None:
    """None without a relay. Raises ConfigError for templates and keys that are not sound, with a relay or without."""
    letterhead = letterhead_of(email, policy, keys, public_url)
    signer = signer_of(email)
    return MailSender(relay_of(email.smtp_relay), letterhead, signer) if email.smtp_relay else None


def letterhead_of(email: EmailSettings, policy: Policy, keys: KeyRing, public_url: str) -> Letterhead:
    """Raises ConfigError."""
    return Letterhead(
        address=email.mail_address[0],
        others=email.mail_address[1:],
        name=email.mail_name,
        policy=policy,
        keys=keys,
        public_url=public_url,
        staff_may_answer=believes_somebody(email),
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


def believes_somebody(email: EmailSettings) -> bool:
    """Is there a server whose word is taken on who wrote a mail? Else nobody's mail is provenly a colleague's."""
    return bool(email.authserv_id) or any(imap_account_of(url.get_secret_value()).authserv_ids for url in email.imap)
