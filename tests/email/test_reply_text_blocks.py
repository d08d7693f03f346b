"""Header blocks and marker lines above a message that bears no quote marks."""

import pytest

from channels.email.read import read
from tests.email.letters import letter

ANSWER = "The scanner on floor two shows error 17."
OLD = "We have replaced the toner last week."

BLOCKS = {
    "bold": "*On Jan 5, 2026, at 12:47 PM, Help Desk <desk@help.example>\nwrote:*",
    "sent from samsung": (
        "Sent from my Samsung Galaxy smartphone.\n-------- Original message --------\nFrom: Help Desk "
        "<desk@help.example>\nDate: 05/01/2026 09:12 (GMT+01:00)\nTo: Ada <ada@users.example>\nSubject: Re: "
        "Printer\n"
    ),
    "samsung de": (
        "Von meinem Samsung Gerät gesendet.\n\n-------- Ursprüngliche Nachricht --------\nVon: Help Desk "
        "<desk@help.example>\nDatum: 05.01.26 09:12 (GMT+01:00)\nAn: Ada <ada@users.example>\nBetreff: Re: "
        "Printer\n"
    ),
    "reply message": (
        '----- Reply message -----\nFrom: "Help Desk" <desk@help.example>\nTo: <ada@users.example>\nSubject: '
        "Printer\nDate: Mon, Jan 5, 2026 9:12 am\n"
    ),
    "hotmail": ("Date: Mon, 5 Jan 2026 09:12:00 +0000\nFrom: desk@help.example\nTo: ada@users.example\nSubject: Printer\n"),
    "hotmail2": (
        "Subject: Re: Printer\nFrom: desk@help.example\nDate: Mon, 5 Jan 2026 09:12:00 +0000\nTo: ada@users.example\n"
    ),
    "lotus2": ("From:   Help Desk/HELP\nTo:     Ada Byte/USERS@USERS\nDate:   05/01/2026 09:12\nSubject:        Re: Printer\n"),
    "rule above": (
        "________________________________\nFrom: Help Desk <desk@help.example>\nSent: Monday, January 5, 2026 "
        "9:12\nTo: Ada\nSubject: RE: Printer\n"
    ),
    "rule above blank": (
        "________________________________\n\nFrom: Help Desk <desk@help.example>\nSent: Monday, January 5, "
        "2026 9:12\nTo: Ada\nSubject: RE: Printer\n"
    ),
    "von bold": (
        "**Von:** Help Desk <desk@help.example>\n**Gesendet:** Montag, 5. Januar 2026 09:12\n**An:** Ada\n"
        "**Betreff:** AW: Printer\n"
    ),
    "one line": (
        "From: Help Desk <desk@help.example> Sent: Monday, January 5, 2026 9:12 To: Ada <a@b.example> Subject: RE: Printer\n"
    ),
    "sent only": "From: Help Desk\nSent: Monday, January 5, 2026 9:12\n",
    "mailto": (
        "From: Help Desk [mailto:desk@help.example]\nSent: 05 January 2026 09:12\nTo: Ada\nCc: Bob; Carl\n"
        "Subject: RE: Printer\nImportance: High\n"
    ),
    "zimbra": (
        '----- Original Message -----\nFrom: "Help Desk" <desk@help.example>\nTo: "Ada" <ada@users.example>\n'
        "Sent: Monday, January 5, 2026 9:12:00 AM\nSubject: Re: Printer\n"
    ),
    "zimbra fr": (
        '----- Mail original -----\nDe: "Help Desk" <desk@help.example>\nÀ: "Ada" <ada@users.example>\nEnvoyé: '
        "Lundi 5 Janvier 2026 09:12:00\nObjet: Re: Printer\n"
    ),
    "de: gmx": (
        'Gesendet: Montag, 05. Januar 2026 um 09:12 Uhr\nVon: "Help Desk" <desk@help.example>\nAn: '
        "ada@users.example\nBetreff: Re: Printer\n"
    ),
    "th ol": "จาก: Help Desk <desk@help.example>\nส่ง: 5 มกราคม 2569 9:12\nถึง: Ada\nเรื่อง: Printer\n",
    "hr ol": "Šalje: Help Desk <desk@help.example>\nPoslano: 5. siječnja 2026. 9:12\nPrima: Ada\nPredmet: Printer\n",
    "sl ol": ("Od: Help Desk <desk@help.example>\nPoslano: ponedeljek, 05. januar 2026 09:12\nZa: Ada\nZadeva: Printer\n"),
    "bg ol": ("От: Help Desk <desk@help.example>\nИзпратено: понеделник, 5 януари 2026 г. 9:12\nДо: Ada\nОтносно: Printer\n"),
    "et ol": (
        "Saatja: Help Desk <desk@help.example>\nSaadetud: esmaspäev, 5. jaanuar 2026 09:12\nAdressaat: Ada\nTeema: Printer\n"
    ),
    "lv ol": (
        "No: Help Desk <desk@help.example>\nNosūtīts: pirmdiena, 2026. gada 5. janvāris 09:12\nKam: Ada\nTēma: Printer\n"
    ),
    "lt ol": (
        "Nuo: Help Desk <desk@help.example>\nIšsiųsta: 2026 m. sausio 5 d., pirmadienis 09:12\nKam: Ada\nTema: Printer\n"
    ),
    "ca ol": (
        "De: Help Desk <desk@help.example>\nEnviat el: dilluns, 5 de gener de 2026 9:12\nPer a: Ada\nAssumpte: Printer\n"
    ),
    "sr ol": ("Šalje: Help Desk <desk@help.example>\nPoslato: ponedeljak, 5. januar 2026. 9:12\nPrima: Ada\nTema: Printer\n"),
    "hi ol": "प्रेषक: Help Desk <desk@help.example>\nभेजा गया: 5 जनवरी 2026 9:12\nप्रति: Ada\nविषय: Printer\n",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_history_begins_at_a_header_block_however_it_is_written(block: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{block}\n{OLD}\n"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted


OWN_MARKERS = (
    "##- Please type your reply above this line -##",
    "--- Reply above this line ---",
    "-- please reply above this line --",
    "Reply above this line.",
    "## In replies all text above this line is added to the ticket ##",
    "===== Bitte antworten Sie oberhalb dieser Zeile =====",
    "-=-=-=-= Répondre au-dessus de cette ligne =-=-=-=-",
    "---- Escriba su respuesta por encima de esta línea ----",
    "##### この行より上に返信を書いてください #####",
)


@pytest.mark.parametrize("marker", OWN_MARKERS)
def test_history_begins_at_a_line_that_asks_to_answer_above_it(marker: str) -> None:
    assert read(letter(f"{ANSWER}\n\n{marker}\n{OLD}")).reply == ANSWER


def test_a_sentence_about_a_line_is_kept() -> None:
    text = "Please move the total above this line, it is printed below the frame today.\nThank you for looking into it soon."
    assert read(letter(text)).reply == text


GROUPWISE = (
    ">>> Help Desk <desk@help.example> 05.01.2026 09:12 >>>",
    '>>> "Help Desk" <desk@help.example> 1/5/2026 9:12 AM >>>',
)


@pytest.mark.parametrize("line", GROUPWISE)
def test_history_begins_at_the_arrows_of_groupwise(line: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{line}\n{OLD}\n"))
    assert (mail.reply, mail.cut_by) == (ANSWER, "attribution")


ATTRIBUTION = "On 5 Jan 2026 at 09:12, Help Desk <desk@help.example> wrote:"


def test_an_answer_below_the_whole_message_is_the_reply() -> None:
    mail = read(letter(f"{ATTRIBUTION}\n> {OLD}\n> Bye\n\n{ANSWER}\n\n-- \nAda\n"))
    assert (mail.reply, mail.signature) == (ANSWER, "-- \nAda")
    assert OLD in mail.quoted


def test_a_quote_without_its_author_stays_with_the_answer_below_it() -> None:
    assert read(letter(f"> {OLD}\n\n{ANSWER}\n")).reply == f"> {OLD}\n\n{ANSWER}"


def test_the_armour_of_pgp_is_not_part_of_the_reply() -> None:
    armour = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{}\n-----BEGIN PGP SIGNATURE-----\n\niQ=\n"
    mail = read(letter(armour.format(ANSWER)))
    assert mail.reply == ANSWER
    assert "Hash: SHA256" in mail.quoted
