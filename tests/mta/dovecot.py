"""Debian's Dovecot in a folder of its own: a private port, log and mail store; the machine's own is not touched."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.imap_server import ImapServer, answers, free_port
from tests.harness.patience import wait_until

_CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
passdb {{
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
    port = 0
  }}
}}
"""


@contextmanager
def dovecot(folder: Path) -> Iterator[ImapServer]:
    """`folder` must be open to the user `mail`, all the way down."""
    port = free_port()
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", user="mail", group="mail")
    file = folder / "dovecot.conf"
    file.write_text(_CONFIGURATION.format(folder=folder, port=port), "utf-8")
    server = subprocess.Popen(
        ["dovecot", "-F", "-c", str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(port), "Dovecot listens")
        yield ImapServer(port=port, username="desk", password="secret")
    finally:
        server.terminate()
        server.wait(20)
