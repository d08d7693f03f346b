"""What telephones, programs and people put below a message."""

import pytest

from channels.email.read import read
from tests.email.letters import letter

ANSWER = "The scanner on floor two shows error 17."

FOOTERS = {
    "iphone it": "Inviato da iPhone",
    "es": "Enviado desde mi iPhone",
    "pt": "Atenciosamente,\nAda",
    "nl": "Verstuurd vanaf mijn iPhone",
    "sv": "Skickat från min iPhone",
    "da": "Sendt fra min iPhone",
    "fi": "Lähetetty iPhonesta",
    "pl": "Wysłane z iPhone’a",
    "cs": "Odesláno z iPhonu",
    "hu": "Üdvözlettel,\nAda",
    "ro": "Trimis de pe iPhone-ul meu",
    "ru": "Отправлено с iPhone",
    "uk": "Надіслано з iPhone",
    "tr": "Saygılarımla,\nAda",
    "zh": "此致\n敬礼\n艾达",
    "zh-tw": "從我的 iPhone 傳送",
    "ja": "よろしくお願いいたします。\n山田",
    "ko": "감사합니다.\n김철수 드림",
    "vi": "Trân trọng,\nAda",
    "he": "בברכה,\nעדה",
    "ar": "مع التحية،\nآدا",
    "ar2": "تم الإرسال من الـ iPhone الخاص بي",
    "el": "Με εκτίμηση,\nΆντα",
    "hr": "Poslano s mog iPhonea",
    "sk": "Odoslané z iPhonu",
    "th": "ขอแสดงความนับถือ\nเอดา",
    "id": "Dikirim dari iPhone saya",
    "ca": "Enviat des del meu iPhone",
    "bg": "Изпратено от моя iPhone",
    "gos": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "gos2": "Get [Outlook for Android](https://aka.ms/x)",
    "win": "Sent from Mail for Windows 10",
    "win2": "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows",
    "proton": "Sent from Proton Mail mobile",
    "yahoo": "Sent from Yahoo Mail on Android",
    "bb": "Sent via BlackBerry from T-Mobile",
    "bb2": "Sent from my BlackBerry 10 smartphone on the Bell network.",
    "gal": "Sent from my Verizon, Samsung Galaxy smartphone",
    "sent from a mobile": "Sent from my mobile device. Please excuse any typos.",
    "ws": "Envoyé à partir d’Outlook pour iOS",
    "gmx": "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
    "tb": "Von meinem/meiner Galaxy gesendet",
    "ja outlook": "iOS 版 Outlook を入手",
    "zh3": "发送自 Windows 10 版邮件应用",
    "zh4": "從 Windows 版郵件傳送",
    "ru2": "Отправлено из мобильной Почты Mail.ru",
    "ru3": "Отправлено из Яндекс.Почты для мобильных устройств",
    "ko2": "iPhone에서 보냄",
    "u": "_____\nAda Byte",
    "u2": "__\nAda Byte",
    "best": "Best,\nAda",
    "cheers": "Cheers,\nAda Byte\nUsers Inc.",
    "thanks!": "Thanks!\nAda",
    "thx dash": "Thanks,\n-Ada",
    "it": "Cordiali saluti\nAda Byte",
}


@pytest.mark.parametrize("footer", FOOTERS.values(), ids=FOOTERS)
def test_a_footer_is_told_from_the_text_and_kept(footer: str) -> None:
    mail = read(letter(f"{ANSWER}\n\n{footer}\n"))
    assert mail.reply == ANSWER
    assert mail.signature == footer


KEPT = {
    "a device in a sentence": "I have sent from my phone three pictures to the desk and none of them has arrived there.",
    "a story": "Sent from my desk. Then it broke again and nobody in the building could print for an hour.",
    "an underlined title": "Steps\n_____\nOpen the scanner\nPress the green button",
    "a blank to fill in": "____\nThis line came out empty, is that how it should be?",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_only_resembles_a_footer_is_kept(text: str) -> None:
    assert read(letter(f"{ANSWER}\n\n{text}")).reply.endswith(text)
