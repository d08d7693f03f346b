"""Debian's Dovecot in a folder of its own: a private port, log and mail store; the machine's own is not touched."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.certificate import Certificate
from tests.harness.imap_server import ImapServer, answers, free_port
from tests.harness.patience import wait_until

_CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{tls}disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
{oauth}passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail
}}
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""

_OAUTH = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

_TLS = """\
ssl = yes
ssl_cert = <{certificate.cert}
ssl_key = <{certificate.key}
"""

_INTROSPECTION = """\
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


@contextmanager
def dovecot(
    folder: Path, introspection: str = "", mechanisms: str = "plain xoauth2 oauthbearer", certificate: Certificate | None = None
) -> Iterator[ImapServer]:
    """`folder` must be open to the user `mail`, all the way down. `introspection` is where it asks what a token is worth."""
    port = free_port()
    (folder / "mail").mkdir(exist_ok=True)
    shutil.chown(folder / "mail", user="mail", group="mail")
    file = folder / "dovecot.conf"
    (folder / "oauth2.conf").write_text(_INTROSPECTION.format(url=introspection), "utf-8")
    tls = _TLS.format(certificate=certificate) if certificate else "ssl = no\n"
    tls_port = free_port() if certificate else 0
    oauth = _OAUTH.format(folder=folder) if introspection else ""
    file.write_text(
        _CONFIGURATION.format(folder=folder, port=port, oauth=oauth, mechanisms=mechanisms, tls=tls, tls_port=tls_port), "utf-8"
    )
    server = subprocess.Popen(
        ["dovecot", "-F", "-c", str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(port), "Dovecot listens")
        yield ImapServer(port=port, username="desk", password="secret", tls_port=tls_port)
    finally:
        server.terminate()
        server.wait(20)
