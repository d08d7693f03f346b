"""What stands below a letter says nothing about its matter, however it is worded."""

import pytest

from classifier.normalise import normalise

MATTER = "The scanner in the archive jams"
ENDS = [
    "Regards\nAda", "Kind regards,\nAda Byte\nArchive", "Best wishes\nAda", "Greetings\nAda", "Rgds Ada", "brgds\nAda",
    "Sincerely yours\nAda", "Yours faithfully\nAda", "All the best\nAda", "Many thanks and best regards\nAda",
    "Mit freundlichen Grüßen\nAda", "Beste Gruesse\nAda", "MfG\nAda", "Gruß Ada", "Bien cordialement\nAda",
    "Saludos cordiales\nAda", "Un cordial saludo\nAda", "Cordiali saluti\nAda", "Distinti saluti\nAda",
    "Met vriendelijke groet\nAda", "Pozdrawiam\nAda", "Z poważaniem\nAda",
    "Thanks\nAda", "Cheers,\nAda", "Thx\nAda", "Tnx\nAda", "BR\nAda", "Best\nAda", "LG\nAda", "VG\nAda", "Danke\nAda",
    "Merci\nAda", "Yours\nAda", "Thank you for your help", "Many thanks in advance",
    "--\nAda Byte\nprinter department", "__\nAda",
    "Sent from my phone", "Sent via Outlook", "Get Outlook for my tablet", "Gesendet mit Handy", "Von meinem Handy gesendet",
    "Envoyé de mon téléphone", "Enviado desde mi móvil", "Inviato dal mio telefono", "Verzonden vanaf mijn telefoon",
    "> an older mail", "|> an older mail",
    "This e-mail is confidential.", "This message may be privileged", "The information in this mail is intended only for you",
    "If you have received this in error, delete it", "If you are not the intended recipient, delete it",
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_the_end_of_a_letter_is_not_read(end: str) -> None:
    assert normalise(f"{MATTER}.\n\n{end}").text.strip(" .\n") == MATTER.lower()


@pytest.mark.parametrize(
    "greeting", ["Hi all, ", "Hello team\n", "Dear Sir, ", "Good morning everyone, ", "Thanks all. hi there\n"]
)
def test_a_greeting_is_not_read(greeting: str) -> None:
    assert normalise(f"{greeting}{MATTER}").text.strip(" ,.\n") == MATTER.lower()
