"""One outage as two hundred people report it, and twenty other matters of the same five minutes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

# Subject and text; each person writes one of them, more or less well typed.
OUTAGE: Sequence[tuple[str, str]] = (
    ("VPN down", "Hi, the VPN is down for me. I cannot connect at all this morning."),
    ("VPN not working", "The VPN client says connection timed out. Tried it three times now."),
    ("Cannot connect to VPN", "I can't connect to the VPN from home, it hangs at 'connecting' and then fails."),
    ("VPN", "VPN does not work. Please help, I have a customer call at ten."),
    ("no vpn connection", "since about nine I get no vpn connection any more, error: timeout"),
    ("VPN connection fails", "Good morning, my VPN connection fails every time. Others in my team have it too."),
    ("Problem with the VPN", "The VPN tunnel will not come up. I restarted the laptop, no change."),
    ("VPN timeout", "When I start the VPN it runs into a timeout and closes itself."),
    ("Is the VPN broken?", "Is something wrong with the VPN? None of us at home can connect."),
    ("VPN impossible", "I cannot get into the VPN. It just times out, every single time."),
    ("Help, VPN", "Help! The VPN is not reachable and I need the file server."),
    ("VPN outage?", "It looks like a VPN outage: three colleagues and me cannot connect."),
    ("VPN unreachable", "The VPN gateway is unreachable from my home office since this morning."),
    ("remote access", "VPN dead. No remote access possible for the whole accounting team."),
    ("VPN drops", "My VPN drops immediately after connecting and then does not connect again."),
    ("VPN error", "VPN error 809: the connection could not be established."),
    ("vpn client hangs", "the vpn client hangs at 60 percent and then tells me that it failed to connect"),
    ("Can't work from home", "I can't work from home today because the VPN does not connect."),
    ("VPN is gone", "The VPN is gone! It worked yesterday evening, today nothing connects."),
    ("VPN service unavailable", "The client shows 'VPN service unavailable'. Do you know about it?"),
    ("Urgent: VPN", "Urgent: no VPN for the sales team, nobody can connect from outside."),
    ("VPN trouble", "I have trouble with the VPN, it refuses every connection attempt."),
    ("VPN broken since 9", "Broken VPN since 9 o'clock. Connection attempt failed, please check."),
    ("AW: VPN", "Still no VPN here. Connecting fails with a timeout."),
    ("vpn??", "vpn not working again?? cannot connect"),
    ("VPN not available", "The VPN is not available for me and my colleague next door, we both get a timeout."),
    ("Tunnel", "The VPN tunnel cannot be established. Message: gateway does not respond."),
    ("Connection to company network", "I can't reach the company network, the VPN won't connect."),
    ("VPN keeps failing", "Every attempt to connect the VPN keeps failing after thirty seconds."),
    ("VPN problem at home", "At home the VPN fails to connect. Internet itself works fine."),
    ("No access through VPN", "No access through the VPN since this morning, connection times out."),
    ("VPN malfunction", "Reporting a VPN malfunction: client will not connect, tried two networks."),
    ("VPN server down?", "Is the VPN server down? My client gets no answer from it."),
    ("VPN connecting forever", "It says connecting forever. The VPN never gets through."),
    ("Cannot reach anything via VPN", "Cannot connect to the VPN, so I cannot reach anything at all."),
    ("vpn issue", "hello, i have an issue with the vpn, it does not connect since i came in"),
    ("VPN: connection refused", "The VPN gives 'connection refused'. Yesterday it was all right."),
    ("VPN failed", "VPN failed to start the connection, and after a reboot it fails again."),
    ("VPN for all of us", "Nobody in our project can use the VPN right now. It does not connect for any of us."),
    ("VPN kaputt?", "The VPN seems to be broken, I get a timeout when I connect."),
)
OTHER: Sequence[tuple[str, str]] = (
    ("Printer on floor 3", "The printer on floor 3 shows a paper jam but there is no paper in it."),
    ("Outlook calendar", "My calendar in Outlook shows every meeting twice since the weekend."),
    ("Monitor flickers", "One of my two monitors flickers and turns black now and then."),
    ("Coffee machine invoice", "The invoice tool rejects the supplier number of the coffee machine."),
    ("Keyboard", "Two keys of my keyboard got stuck after I spilled tea on it."),
    ("Excel macro", "The Excel macro of the monthly report stops with runtime error 13."),
    ("Badge reader", "The badge reader at the east gate does not open for visitors."),
    ("Wrong salary line", "In the payroll export the column with the bonus is empty for March."),
    ("Phone display", "The display of my desk phone is dark although calls come through."),
    ("SAP order", "An order in SAP cannot be released, it says that the period is closed."),
    ("Projector room 12", "The projector in room 12 shows everything in green."),
    ("Slow file search", "Searching in the document archive takes minutes instead of seconds."),
    ("Broken link on the intranet", "The link to the canteen menu on the intranet leads to an empty page."),
    ("Headset", "My headset makes a loud crackling noise during calls."),
    ("Backup warning", "Database server 7 reports that last night's backup did not finish."),
    ("Scanner", "The scanner sends its scans to the mailbox of a former colleague."),
    ("Time recording", "The time recording shows that I was absent on Monday, which is wrong."),
    ("Laptop battery", "The battery of my laptop lasts only twenty minutes and gets hot."),
    ("Website typo", "Our public website shows the old street address on the contact page."),
    ("Label printer in the warehouse", "The label printer in the warehouse prints every label upside down."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """By whom, at which second of the five minutes; is it about the outage?"""

    who: str
    subject: str
    text: str
    second: int
    alike: bool


def five_minutes(random: Random, reports: int = 200, writers: int = 180) -> Iterator[Said]:
    """In their order. Some people report the outage twice."""
    people = [f"p{number}" for number in range(writers)]
    people += random.sample(people, reports - writers)
    random.shuffle(people)
    said = []
    for number, who in enumerate(people):
        subject, text = OUTAGE[number % len(OUTAGE)]
        said.append(_at_some_second(who, _typed(subject, random), _typed(text, random), random, alike=True))
    for number, (subject, text) in enumerate(OTHER):
        said.append(_at_some_second(f"q{number}", subject, text, random, alike=False))
    yield from sorted(said, key=lambda one: one.second)


def _at_some_second(who: str, subject: str, text: str, random: Random, *, alike: bool) -> Said:
    return Said(who=who, subject=subject, text=text, second=random.randrange(300), alike=alike)


def _typed(text: str, random: Random) -> str:
    """A slip in every thirty letters or so: two swapped, one left out, one twice."""
    letters = list(text)
    for place in range(len(letters) - 1, 0, -1):
        if not letters[place].isalpha() or random.random() > 1 / 30:
            continue
        match random.randrange(3):
            case 0:
                letters[place - 1], letters[place] = letters[place], letters[place - 1]
            case 1:
                del letters[place]
            case _:
                letters.insert(place, letters[place])
    return "".join(letters)
