"""An IMAP server that does one thing at exactly one moment: what no real one can be made to do at will."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO

_ASKED = re.compile(rb"(\S+) (UID )?(\S+) ?(.*)\r\n\Z")


class Moment(Enum):
    """When a mail comes, after the search that did not see it; and what the server says of it."""

    IN_THE_SEARCH = "with the answer to that search"
    BEFORE_THE_PLUS = "before IDLE begins"
    WITH_THE_PLUS = "in one packet with the beginning of IDLE"
    UNTOLD = "never"


@dataclass(slots=True, kw_only=True)
class ScriptedImap:
    """`mail` comes once, at `moment`. `chatty`: it says how many mails there are whenever IDLE begins, news or not."""

    port: int
    mail: bytes
    moment: Moment | None = None
    chatty: bool = False
    mails: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    uid_validity: int = 7

    @property
    def url(self) -> str:
        return f"imap://desk:secret@127.0.0.1:{self.port}/INBOX"

    def count(self, word: str) -> int:
        return self.asked.count(word)

    def serve(self, wire: socket.socket) -> None:
        with suppress(OSError), wire, wire.makefile("rb") as lines:
            wire.sendall(b"* OK here\r\n")
            while asked := _ASKED.match(lines.readline()):
                self.asked.append(asked[3].decode().upper())
                wire.sendall(self._answer(asked[1], self.asked[-1], asked[4], lines, wire))
                if self.asked[-1] == "LOGOUT":
                    return

    def _answer(self, tag: bytes, word: str, rest: bytes, lines: BinaryIO, wire: socket.socket) -> bytes:
        done = tag + b" OK done\r\n"
        match word:
            case "CAPABILITY":
                said = b"* CAPABILITY IMAP4rev1 IDLE\r\n"
            case "SELECT":
                told = (len(self.mails), self.uid_validity, len(self.mails) + 1)
                said = b"* %d EXISTS\r\n* OK [UIDVALIDITY %d]\r\n* OK [UIDNEXT %d]\r\n" % told
            case "SEARCH":
                said = self._found(rest) + self._comes(Moment.IN_THE_SEARCH)
            case "FETCH":
                mail = self.mails[int(rest.split()[0]) - 1]
                said = b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (rest.split()[0], len(mail), mail)
            case "IDLE":
                wire.sendall(self._idling())
                lines.readline()
                said = b""
            case "LOGOUT":
                said = b"* BYE\r\n"
            case _:
                said = b""
        return said + done

    def _idling(self) -> bytes:
        self._comes(Moment.UNTOLD)
        exists = b"* %d EXISTS\r\n" % len(self.mails) if self.chatty else b""
        return self._comes(Moment.BEFORE_THE_PLUS) + b"+ idling\r\n" + exists + self._comes(Moment.WITH_THE_PLUS)

    def _found(self, rest: bytes) -> bytes:
        asked = re.match(rb"\(?UID (\d+):\*", rest)
        first = int(asked[1]) if asked else 1
        return b"* SEARCH %s\r\n" % b" ".join(b"%d" % uid for uid in range(first, len(self.mails) + 1))

    def _comes(self, moment: Moment) -> bytes:
        if moment is not self.moment:
            return b""
        self.moment = None
        self.mails.append(self.mail)
        return b"" if moment is Moment.UNTOLD else b"* %d EXISTS\r\n" % len(self.mails)


@contextmanager
def scripted_imap(mail: bytes, moment: Moment | None = None, *, chatty: bool = False) -> Iterator[ScriptedImap]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = ScriptedImap(port=listening.getsockname()[1], mail=mail, moment=moment, chatty=chatty)

        def listen() -> None:
            with suppress(OSError):
                while True:
                    wire, _ = listening.accept()
                    threading.Thread(target=server.serve, args=(wire,), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)
