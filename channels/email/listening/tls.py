"""The certificate that STARTTLS shows to whoever brings mail."""

import ssl

from channels.email.settings import EmailSettings
from intake.domain.errors import ConfigError


def server_tls(settings: EmailSettings) -> ssl.SSLContext | None:
    """None where no certificate is set. Raises ConfigError for files that are missing, unreadable or not a pair."""
    certificate, key = settings.smtp_tls_cert, settings.smtp_tls_key
    if certificate is None or key is None:
        return None
    for path, name in ((certificate, "INTAKE_SMTP_TLS_CERT"), (key, "INTAKE_SMTP_TLS_KEY")):
        try:
            path.read_bytes()
        except OSError as fault:
            raise ConfigError(f"{name}: {path} cannot be read: {fault.strerror}") from fault
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # An answer to the question for a passphrase: OpenSSL would ask at the terminal, and a service waits there for ever.
        context.load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, ValueError) as fault:
        raise ConfigError(
            f"INTAKE_SMTP_TLS_CERT and INTAKE_SMTP_TLS_KEY: {certificate} and {key} are not a PEM certificate and its key"
            f" without a passphrase ({fault})"
        ) from fault
    return context
