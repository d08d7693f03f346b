"""What the author wrote this time, told from history and signature."""

import pytest

from channels.email.read import read
from tests.email.letters import html_letter, letter

ANSWER = "The printer on floor three is broken again."
OLD = "We have replaced the toner."

ATTRIBUTIONS = {
    "en, Gmail": "On Mon, Jan 5, 2026 at 9:12 AM Help Desk <desk@help.example> wrote:",
    "en, wrapped": "On Mon, Jan 5, 2026 at 9:12 AM Help Desk with a long name\n<desk@help.example> wrote:",
    "en, verb alone": "On 5 Jan 2026, at 09:12, Help Desk <desk@help.example>\nwrote:",
    "en, no address": "On 5 January 2026 at 09:12, Help Desk wrote:",
    "de": "Am 05.01.2026 um 09:12 schrieb Help Desk <desk@help.example>:",
    "de, Apple": "Am 05.01.2026 um 09:12 schrieb Help Desk:",
    "fr": "Le lun. 5 janv. 2026 à 09:12, Help Desk <desk@help.example> a écrit :",
    "es": "El lun, 5 ene 2026 a las 9:12, Help Desk (<desk@help.example>) escribió:",
    "pt": "Em seg., 5 de jan. de 2026 às 09:12, Help Desk <desk@help.example> escreveu:",
    "it": "Il giorno lun 5 gen 2026 alle ore 09:12 Help Desk <desk@help.example> ha scritto:",
    "nl": "Op ma 5 jan 2026 om 09:12 schreef Help Desk <desk@help.example>:",
    "sv": "Den mån 5 jan. 2026 kl 09:12 skrev Help Desk <desk@help.example>:",
    "da": "Den man. 5. jan. 2026 kl. 09.12 skrev Help Desk <desk@help.example>:",
    "nb": "man. 5. jan. 2026 kl. 09:12 skrev Help Desk <desk@help.example>:",
    "fi": "ma 5. tammik. 2026 klo 9.12 Help Desk (desk@help.example) kirjoitti:",
    "pl": "W dniu 05.01.2026 o 09:12, Help Desk pisze:",
    "pl, Gmail": "pon., 5 sty 2026 o 09:12 Help Desk <desk@help.example> napisał(a):",
    "cs": "po 5. 1. 2026 v 9:12 odesílatel Help Desk <desk@help.example> napsal:",
    "sk": "po 5. 1. 2026 o 9:12 Help Desk <desk@help.example> napísal(a):",
    "hu": "Help Desk <desk@help.example> ezt írta (időpont: 2026. jan. 5., H, 9:12):",
    "ro": "În lun., 5 ian. 2026 la 09:12, Help Desk <desk@help.example> a scris:",
    "hr": "pon, 5. sij 2026. u 09:12 Help Desk <desk@help.example> napisao je:",
    "ru": "пн, 5 янв. 2026 г. в 09:12, Help Desk <desk@help.example>:",
    "ru, Outlook": "05.01.2026 09:12, Help Desk пишет:",
    "uk": "пн, 5 січ. 2026 р. о 09:12 Help Desk <desk@help.example> пише:",
    "bg": "На пн, 5.01.2026 г. в 9:12 Help Desk <desk@help.example> написа:",
    "el": "Στις Δευ 5 Ιαν 2026 στις 9:12 π.μ., ο χρήστης Help Desk <desk@help.example> έγραψε:",
    "tr": "Help Desk <desk@help.example>, 5 Oca 2026 Pzt, 09:12 tarihinde şunu yazdı:",
    "zh": "Help Desk <desk@help.example> 于2026年1月5日周一 09:12写道：",
    "zh-TW": "Help Desk <desk@help.example> 於 2026年1月5日 週一 上午9:12寫道：",
    "ja": "2026年1月5日(月) 9:12 Help Desk <desk@help.example>:",
    "ko": "2026년 1월 5일 (월) 오전 9:12, Help Desk <desk@help.example>님이 작성:",
    "vi": "Vào Th 2, 5 thg 1, 2026 vào lúc 09:12 Help Desk <desk@help.example> đã viết:",
    "he": "בתאריך יום ב׳, 5 בינו׳ 2026 ב-9:12 מאת Help Desk <desk@help.example>:",
    "ar": "في الاثنين، 5 يناير 2026 في 9:12 ص تمت كتابة ما يلي بواسطة Help Desk <desk@help.example>:",
    "id": "Pada tanggal Sen, 5 Jan 2026 pukul 09.12 Help Desk <desk@help.example> menulis:",
    "th": "ในวันที่ จ. 5 ม.ค. 2026 เวลา 09:12 Help Desk <desk@help.example> เขียนว่า:",
}  # fmt: skip


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_attribution_above_a_quote_ends_the_reply(attribution: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{attribution}\n\n> {OLD}\n>\n"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted
    assert mail.cut_by == "attribution"


STRONG = {name: line for name, line in ATTRIBUTIONS.items() if name not in {"de, Apple", "pl", "ru, Outlook"}}


@pytest.mark.parametrize("attribution", STRONG.values(), ids=STRONG)
def test_an_attribution_ends_the_reply_even_where_the_quote_has_lost_its_marks(attribution: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{attribution}\n\n{OLD}\n"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted


BLOCKS = {
    "en": "From: {0}\nSent: Monday, January 5, 2026 9:12 AM\nTo: {1}\nSubject: Printer",
    "en, bold": "*From:* {0}\n*Sent:* Monday, January 5, 2026 9:12 AM\n*To:* {1}\n*Subject:* Printer",
    "en, double spaced": "From: {0}\n\nSent: Monday, January 5, 2026 9:12 AM\n\nTo: {1}\n\nSubject: Printer",
    "de": "Von: {0}\nGesendet: Montag, 5. Januar 2026 09:12\nAn: {1}\nBetreff: Drucker",
    "fr": "De : {0}\nEnvoyé : lundi 5 janvier 2026 09:12\nÀ : {1}\nObjet : Imprimante",
    "es": "De: {0}\nEnviado el: lunes, 5 de enero de 2026 9:12\nPara: {1}\nAsunto: Impresora",
    "pt": "De: {0}\nEnviado: segunda-feira, 5 de janeiro de 2026 09:12\nPara: {1}\nAssunto: Impressora",
    "it": "Da: {0}\nInviato: lunedì 5 gennaio 2026 09:12\nA: {1}\nOggetto: Stampante",
    "nl": "Van: {0}\nVerzonden: maandag 5 januari 2026 09:12\nAan: {1}\nOnderwerp: Printer",
    "sv": "Från: {0}\nSkickat: den 5 januari 2026 09:12\nTill: {1}\nÄmne: Skrivare",
    "da": "Fra: {0}\nSendt: 5. januar 2026 09:12\nTil: {1}\nEmne: Printer",
    "nb": "Fra: {0}\nDato: mandag 5. januar 2026 09:12\nTil: {1}\nEmne: Skriver",
    "fi": "Lähettäjä: {0}\nLähetetty: maanantai 5. tammikuuta 2026 9.12\nVastaanottaja: {1}\nAihe: Tulostin",
    "pl": "Od: {0}\nWysłano: poniedziałek, 5 stycznia 2026 09:12\nDo: {1}\nTemat: Drukarka",
    "cs": "Od: {0}\nOdesláno: pondělí 5. ledna 2026 9:12\nKomu: {1}\nPředmět: Tiskárna",
    "sk": "Od: {0}\nOdoslané: pondelok 5. januára 2026 9:12\nKomu: {1}\nPredmet: Tlačiareň",
    "hu": "Feladó: {0}\nElküldve: 2026. január 5. 9:12\nCímzett: {1}\nTárgy: Nyomtató",
    "ro": "De la: {0}\nTrimis: luni, 5 ianuarie 2026 09:12\nCătre: {1}\nSubiect: Imprimantă",
    "ru": "От: {0}\nОтправлено: 5 января 2026 г. 9:12\nКому: {1}\nТема: Принтер",
    "uk": "Від: {0}\nНадіслано: 5 січня 2026 р. 9:12\nКому: {1}\nТема: Принтер",
    "el": "Από: {0}\nΣτάλθηκε: Δευτέρα, 5 Ιανουαρίου 2026 9:12\nΠρος: {1}\nΘέμα: Εκτυπωτής",
    "tr": "Kimden: {0}\nGönderildi: 5 Ocak 2026 Pazartesi 09:12\nKime: {1}\nKonu: Yazıcı",
    "zh": "发件人: {0}\n发送时间: 2026年1月5日 9:12\n收件人: {1}\n主题: 打印机",
    "zh-TW": "寄件者： {0}\n寄件日期： 2026年1月5日 9:12\n收件者： {1}\n主旨： 印表機",
    "ja": "差出人: {0}\n送信日時: 2026年1月5日 9:12\n宛先: {1}\n件名: プリンター",
    "ko": "보낸 사람: {0}\n보낸 날짜: 2026년 1월 5일 월요일 오전 9:12\n받는 사람: {1}\n제목: 프린터",
    "vi": "Từ: {0}\nĐã gửi: 05 Tháng Giêng 2026 9:12\nĐến: {1}\nChủ đề: Máy in",
    "he": "מאת: {0}\nנשלח: יום שני 05 ינואר 2026 09:12\nאל: {1}\nנושא: מדפסת",
    "ar": "من: {0}\nتاريخ الإرسال: 05 يناير 2026 09:12\nإلى: {1}\nالموضوع: طابعة",
}  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_header_block_without_quote_marks_ends_the_reply(block: str) -> None:
    filled = block.format("Help Desk <desk@help.example>", "Ada Byte")
    mail = read(letter(f"{ANSWER}\n\n{filled}\n\n{OLD}\n", subject="Re: Printer"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted
    assert mail.cut_by == "header-block"
    assert mail.forward is None


MARKERS = (
    "-----Original Message-----", "-----Ursprüngliche Nachricht-----", "-----Message d'origine-----",
    "-----Mensaje original-----", "-----Mensagem original-----", "-----Messaggio originale-----",
    "-----Oorspronkelijk bericht-----", "-----Ursprungligt meddelande-----", "-----Oprindelig meddelelse-----",
    "-----Opprinnelig melding-----", "-----Alkuperäinen viesti-----", "-----Wiadomość oryginalna-----",
    "-----Původní zpráva-----", "-----Исходное сообщение-----", "-----Özgün İleti-----", "-----邮件原件-----",
    "-----元のメッセージ-----", "-----원본 메시지-----", "________ Original Message ________",
)  # fmt: skip


@pytest.mark.parametrize("marker", MARKERS)
def test_an_original_message_line_ends_the_reply(marker: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{marker}\n{OLD}\n"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted


def test_our_own_marker_ends_the_reply() -> None:
    assert read(letter(f"{ANSWER}\n\n##- Please type your reply above this line -##\n{OLD}")).reply == ANSWER


def test_answers_between_the_quotes_keep_the_quotes_they_answer() -> None:
    answers = "> Which floor?\n\nThe third.\n\n> Which model?\n\nNo idea.\n\n> Bye\n"
    mail = read(letter(f"On 5 Jan 2026 at 09:12, Help Desk <desk@help.example> wrote:\n{answers}"))
    assert mail.reply.endswith("The third.\n\n> Which model?\n\nNo idea.")
    assert "> Which floor?" in mail.reply
    assert "Bye" not in mail.reply


SIGNATURES = {
    "dashes": "-- \nAda Byte\nAnalyst",
    "Outlook's dashes": "--\nAda Byte\n+41 44 000 00 00",
    "iPhone": "Sent from my iPhone",
    "Outlook app": "Get Outlook for iOS",
    "iPhone, de": "Von meinem iPhone gesendet",
    "iPhone, fr": "Envoyé de mon iPhone",
    "iPhone, ja": "iPhoneから送信",
    "closing": "Kind regards,\nAda Byte",
    "closing, de": "Mit freundlichen Grüßen\n\nAda Byte\nAnalystin",
    "closing, fr": "Cordialement,\nAda",
    "closing, es": "Un saludo,\nAda",
    "closing, pl": "Z poważaniem\nAda Byte",
    "closing, ru": "С уважением,\nАда",
    "thanks and a name": "Thanks,\nAda",
    "dash and a name": "-Ada Byte",
    "list": "_______________________________________________\nusers mailing list\nusers@lists.example\nhttps://lists.example/users",
}  # fmt: skip


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
def test_a_signature_is_told_from_the_text_and_kept(signature: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{signature}\n"))
    assert mail.reply == ANSWER
    assert mail.signature == signature.rstrip()


def test_a_signature_above_the_quote_is_found_too() -> None:
    mail = read(letter(f"{ANSWER}\n\nRegards,\nAda\n\nOn 5 Jan 2026 at 09:12, Help Desk <desk@help.example> wrote:\n> {OLD}\n"))
    assert (mail.reply, mail.signature) == (ANSWER, "Regards,\nAda")


KEPT_WHOLE = {
    "a sentence with a device": "It fails.\n\nSent from my desk, is much easier than from my phone.",
    "bullets": "Two things:\n- the printer\n- the scanner",
    "dashes in a line": "Hello!\n\nHere is a fix -- no signature.\n\nBye now",
    "a colon": "On your remote host you can run:\n\n    ping 10.0.0.1\n\nThat fails.",
    "a form": "Please create an account.\nName: Ada\nDate: tomorrow\nTo: sales team",
    "thanks in the middle": "Thanks\n\nThe printer still does not work, and the scanner shows error 17 since Monday morning.",
    "a log line": "At 10:00 the job wrote:\nERROR 17 disk full\nand stopped.",
    "one word": "Yes",
    "only quotes": "> one\n> two",
    "only a closing": "Best regards\nAda",
    "only an attribution": "On 5 Jan 2026 at 09:12, Help Desk <desk@help.example> wrote:",
}  # fmt: skip


@pytest.mark.parametrize("body", KEPT_WHOLE.values(), ids=KEPT_WHOLE)
def test_what_only_resembles_history_is_kept(body: str) -> None:
    assert read(letter(body)).reply == body


def test_a_forward_with_a_word_above_is_unwrapped() -> None:
    block = (
        "From: Bob Bit <bob@users.example>\nDate: Mon, Jan 5, 2026 at 9:12 AM\nSubject: No paper\nTo: Ada <ada@users.example>"
    )
    mail = read(
        letter(
            f"Please look.\n\n---------- Forwarded message ---------\n{block}\n\nThe tray is empty.\n", subject="Fwd: No paper"
        )
    )
    assert mail.reply == "Please look."
    assert mail.forward is not None
    assert mail.forward.sender is not None
    assert (mail.forward.sender.email, mail.forward.subject) == ("bob@users.example", "No paper")
    assert mail.forward.text == "The tray is empty."


def test_a_bare_forward_replies_with_what_was_forwarded() -> None:
    block = "Von: Bob Bit [mailto:bob@users.example]\nGesendet: Montag, 5. Januar 2026 09:12\nBetreff: Papier"
    mail = read(letter(f"{block}\n\nDas Fach ist leer.\n"))
    assert mail.reply == "Das Fach ist leer."
    assert mail.cut_by == "bare-header-block"
    assert mail.forward is not None
    assert mail.forward.sender is not None
    assert mail.forward.sender.email == "bob@users.example"


CONTAINERS = {
    "Gmail": '<div class="gmail_quote"><div class="gmail_attr">Someone, once:<br></div><blockquote>{}</blockquote></div>',
    "Apple": '<blockquote type="cite"><div>{}</div></blockquote>',
    "Thunderbird": '<div class="moz-cite-prefix">Someone, once:</div><blockquote type="cite">{}</blockquote>',
    "Outlook": '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>Someone, once</p></div><p>{}</p>',
    "Outlook on the web": '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">Someone, once</div><div>{}</div>',
    "Yahoo": '<div class="yahoo_quoted"><div>{}</div></div>',
    "Proton": '<div class="protonmail_quote">Someone, once<blockquote>{}</blockquote></div>',
    "Zimbra": '<hr id="zwchr"><div>{}</div>',
    "Front": '<blockquote class="front-blockquote">{}</blockquote>',
}  # fmt: skip


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_a_known_quote_container_is_cut_from_the_tree(container: str) -> None:
    mail = read(html_letter(f"<html><body><div>{ANSWER}</div>{container.format(OLD)}</body></html>"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted
    assert OLD in mail.body


def test_a_reply_below_a_quote_container_is_kept() -> None:
    mail = read(html_letter(f'<blockquote type="cite">{OLD}</blockquote>{ANSWER}'))
    assert mail.reply == ANSWER
