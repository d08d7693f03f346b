"""The lines above a quoted message, as programs write them in many languages and scripts."""

import pytest

from channels.email.read import read
from tests.email.letters import letter

ANSWER = "The scanner on floor two shows error 17."
OLD = "We have replaced the toner last week."

ATTRIBUTIONS = {
    "link in name": "On 11-Jan-2026, at 6:54 PM, Help Desk <desk@help.example<mailto:desk@help.example>> wrote:",
    "iso": "2026/1/5 Help Desk <desk@help.example>",
    "iso2": "2026-01-05 09:12 GMT+01:00 Help Desk <desk@help.example>:",
    "hd wrote on": "Help Desk wrote on 05.01.2026 09:12:",
    "Am Montag": "Am Montag, den 05.01.2026, 09:12 +0100 schrieb Help Desk:",
    "Am .. hat": "Am 05.01.2026 09:12, schrieb Help Desk:",
    "Quoting": "Quoting Help Desk <desk@help.example>:",
    "Zitat": "Zitat von Help Desk <desk@help.example>:",
    "Help Desk <> wrote:": "Help Desk <desk@help.example> wrote:",
    "Citat": "Citando Help Desk <desk@help.example>:",
    "at TIME,": "At 09:12 AM 1/5/2026, Help Desk wrote:",
    "Le ": "Le 05/01/2026 09:12, Help Desk a écrit :",
    "Le 2": "Le 5 janvier 2026 à 09:12, Help Desk <desk@help.example> a\nécrit :",
    "fr M": "Help Desk <desk@help.example> a écrit :",
    "pt": "Em 5 de janeiro de 2026 09:12, Help Desk <desk@help.example>\nescreveu:",
    "es": "El 5 de enero de 2026, 9:12, Help Desk<desk@help.example> escribió:",
    "nl": "Op 05-01-2026 9:12 schreef Help Desk <desk@help.example>:",
    "nl2": "Op 5 jan. 2026, om 09:12 heeft Help Desk <desk@help.example> het volgende geschreven:",
    "sv": "5 jan 2026 kl. 09:12 skrev Help Desk <desk@help.example>:",
    "da": "Den 05-01-2026 kl. 09:12 skrev Help Desk:",
    "nb": "Den 05.01.2026 09:12, skrev Help Desk:",
    "no apple": "5. jan. 2026 kl. 09:12 skrev Help Desk <desk@help.example>:",
    "fi": "Help Desk <desk@help.example> kirjoitti 5.1.2026 kello 9.12:",
    "pl": "W dniu 5 stycznia 2026 09:12 użytkownik Help Desk <desk@help.example> napisał:",
    "pl2": "Wiadomość napisana przez Help Desk <desk@help.example> w dniu 5 sty 2026, o godz. 09:12:",
    "cs": "Dne 5. ledna 2026 9:12 Help Desk <desk@help.example> napsal(a):",
    "cs2": "5. 1. 2026 v 9:12, Help Desk <desk@help.example>:",
    "ru": "5 января 2026 г., 9:12 пользователь Help Desk <desk@help.example> написал:",
    "ru2": "Понедельник, 5 января 2026, 9:12 +03:00 от Help Desk <desk@help.example>:",
    "ru3": "> 5 янв. 2026 г., в 9:12, Help Desk <desk@help.example> написал(а):",
    "ru yandex": '05.01.2026, 09:12, "Help Desk" <desk@help.example>:',
    "uk": "5 січня 2026 р. 09:12 Help Desk <desk@help.example> написав:",
    "tr": "5 Ocak 2026 09:12 tarihinde Help Desk <desk@help.example> yazdı:",
    "tr2": "Help Desk <desk@help.example> şunları yazdı (5 Oca 2026 09:12):",
    "hu": "2026. január 5. 9:12 Help Desk írta, <desk@help.example>:",
    "ro": "Pe 5 ian. 2026, la 09:12, Help Desk <desk@help.example> a scris:",
    "zh": "在 2026年1月5日，上午9:12，Help Desk <desk@help.example> 写道：",
    "zh qq": "Help Desk <desk@help.example> 在 2026年1月5日 星期一写道：",
    "zh2": "2026-01-05 09:12，Help Desk <desk@help.example> 写道：",
    "zh3": '在 2026-01-05 09:12:33，"Help Desk" <desk@help.example> 写道：',
    "ja": "2026/01/05 9:12、Help Desk <desk@help.example>のメール：",
    "ja2": "2026年1月5日 9:12 Help Desk さんは書きました:",
    "ja3": "On 2026/01/05 9:12, Help Desk wrote:",
    "ko": "2026. 1. 5. 오전 9:12, Help Desk <desk@help.example> 작성:",
    "ko2": "2026년 1월 5일 월요일, Help Desk<desk@help.example>님이 작성한 메시지:",
    "vi": "Ngày 5 thg 1, 2026, lúc 09:12, Help Desk <desk@help.example> đã viết:",
    "vi2": "Vào 09:12, 5 tháng 1, 2026, Help Desk <desk@help.example> đã viết:",
    "he": "\u202bבתאריך 5 בינו׳ 2026, בשעה 9:12, \u200fHelp Desk <\u200fdesk@help.example> כתב/ה:\u202c",
    "he2": "ב-5 בינואר 2026 בשעה 9:12, Help Desk <desk@help.example> כתב:",
    "ar": "في ٥ يناير ٢٠٢٦، ٩:١٢ ص، كتب Help Desk <desk@help.example>:",
    "ar2": "في 5 يناير 2026، الساعة 9:12 ص، كتب/كتبت Help Desk <desk@help.example>:",
    "el": "Στις 5 Ιανουαρίου 2026 - 9:12 π.μ., ο χρήστης Help Desk\n<desk@help.example> έγραψε:",
    "bg": "На 5.01.2026 г. в 09:12, Help Desk написа:",
    "hr": "Dana 5. siječnja 2026. 09:12 Help Desk <desk@help.example> je napisao/la:",
    "sr": "Дана 5. јануар 2026. 09:12 Help Desk <desk@help.example> је написао/ла:",
    "sl": "V V pon., 5. jan. 2026 ob 09:12 je oseba Help Desk <desk@help.example> napisala:",
    "et": "Kirjutas Help Desk (<desk@help.example>) kuupäeval E, 5. jaanuar 2026 kell 09:12:",
    "lv": "Pirmd., 2026. g. 5. janv., plkst. 09:12 — lietotājs Help Desk (<desk@help.example>) rakstīja:",
    "lt": "2026-01-05, pr, 09:12 Help Desk <desk@help.example> rašė:",
    "fa": "در تاریخ دوشنبه ۵ ژانویهٔ ۲۰۲۶، ۹:۱۲ Help Desk <desk@help.example> نوشت:",
    "ca": "Missatge de Help Desk <desk@help.example> del dia dl., 5 de gen. 2026 a les 9:12:",
    "hi": "सोम, 5 जन॰ 2026 को 9:12 am बजे को Help Desk <desk@help.example> ने लिखा:",
    "en, of address": "On 1/5/26 at 9:12 AM, desk@help.example wrote:",
    "en yahoo": "On Monday, January 5, 2026, 09:12:13 AM GMT+1, Help Desk <desk@help.example> wrote: ",
    "en proton": (
        "------- Original Message -------\nOn Monday, January 5th, 2026 at 9:12 AM, Help Desk <desk@help.example> wrote:\n"
    ),
    "en proton2": (
        "Sent with Proton Mail secure email.\n\nOn Monday, January 5th, 2026 at 9:12 AM, Help Desk <desk@help.example> wrote:\n"
    ),
}
NEED_QUOTE_MARKS = frozenset({
    "iso", "hd wrote on", "Quoting", "Zitat", "Help Desk <> wrote:", "Citat", "ru3",
})  # fmt: skip
CERTAIN = {name: line for name, line in ATTRIBUTIONS.items() if name not in NEED_QUOTE_MARKS}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_history_begins_at_an_attribution_above_quote_marks(attribution: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{attribution}\n\n> {OLD}\n"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted


@pytest.mark.parametrize("attribution", CERTAIN.values(), ids=CERTAIN)
def test_history_begins_at_a_certain_attribution_without_quote_marks(attribution: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{attribution}\n\n{OLD}\n"))
    assert mail.reply == ANSWER
    assert OLD in mail.quoted


def test_a_dated_line_that_ends_with_an_address_is_no_history_by_itself() -> None:
    log = f"The job failed.\n2026-01-05 09:12:14 user bob@x.example:\nno space left\n{ANSWER}"
    assert read(letter(log)).reply == log
