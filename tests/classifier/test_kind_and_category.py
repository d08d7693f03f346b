"""Each line is something a person could send to a help desk, and what an experienced agent would file it under."""

import pytest

from classifier.classify import TextClassifier
from intake.domain.label import KIND_OF, Category, Kind

MESSAGES = {
    Category.UNAVAILABLE: [
        "The plotter on the second floor is dead, no lights at all.",
        "Wifi in the canteen does not work since this morning",
        "Our intranet page is unreachable",
        "Conference room projector won't turn on",
        "VPN down?! Nothing connects from home any more",
        "My docking station stopped working after the weekend",
        "Leased line to the Porto depot is offline",
        "Sharepoint seems to be down, is anybody on it?",
    ],
    Category.ERROR_MESSAGE: [
        "Expense tool shows an error message when I upload a receipt",
        "I get error code 0x80070005 while syncing my calendar",
        "Nightly warehouse export job failed with return code 12",
        "Runtime error in the purchasing transaction, dump attached",
        "Excel throws an exception every time the macro runs",
        "Disk space low on volume D: of the archive server, 3% left",
        "Backup failed on host lx-backup-07",
        "A pop up error comes when closing the stock count",
    ],
    Category.DATA_PROBLEM: [
        "The invoice total is wrong, tax has been added twice",
        "Goods receipts were not posted to the ledger last night, stock shows zero",
        "Duplicate customer records after the import",
        "Vacation balance missing for two of my people",
        "Prices in the web shop do not match the price list",
        "CRM and ERP are out of sync since the weekend",
        "Timesheet hours have disappeared from my profile",
        "Sales order 4711 was not transferred to the warehouse system",
    ],
    Category.BLOCKED_TASK: [
        "I cannot log in to the payroll portal",
        "My account is locked and I have a payment to release",
        "Password expired while I was on leave, now I am locked out",
        "Access denied when opening the quality folder that I used last week",
        "I'm unable to print my packing slips",
        "Outlook won't let me send attachments",
        "Could not open the drawing, it says I have no permission",
        "My PIN is not accepted by the terminal",
    ],
    Category.PERFORMANCE_INTERFACE: [
        "The planning board is extremely slow since the last update",
        "Teams calls keep dropping and the audio is garbled",
        "CAD freezes for a minute whenever I rotate a part",
        "Screen flickers on my second monitor",
        "Packet loss of 20% between Lyon and the hub",
        "It takes forever to open a customer record",
        "The columns in the approval screen are overlapping, unreadable",
    ],
    Category.PROCESS_QUESTION: [
        "Any update on my ticket from Monday?",
        "Who is responsible for travel expense approvals in Spain?",
        "Is it allowed to use a private phone for company mail?",
        "Got a suspicious email asking for gift cards, forwarding it for your information",
        "What is the policy for keeping old laptops?",
        "When will the new badge system be introduced?",
        "Please close ticket 8812, I found my charger",
    ],
    Category.HOW_TO: [
        "How do I share my calendar with a colleague?",
        "How can we book a posting in a closed period?",
        "Where can I find the template for cost centre reports?",
        "Is there a way to print two pages on one sheet?",
        "Could you send me instructions for the label printer settings",
        "What does the status TECO mean in a production order?",
    ],
    Category.USER_REQUEST: [
        "Please create an account for our new colleague in purchasing",
        "I need access to the finance share",
        "Kindly reset my password",
        "Please install Visio on my notebook",
        "Request for a second monitor",
        "Could you add Maria to the distribution list quality-emea",
        "We need a new shared mailbox for the recruiting campaign",
        "Please unlock user mbauer",
        "New hire starting in August needs laptop and phone",
    ],
    Category.COLLATERAL: [
        "Certificate renewal for the supplier portal is due in May",
        "Please apply the security patches to the test servers this weekend",
        "Firmware upgrade of all access points",
        "Planned maintenance window for the database cluster on Sunday",
        "Upgrade server operating system before end of support",
        "Windows updates for the kiosk fleet should be scheduled",
    ],
    Category.CHANGE_REQUEST: [
        "Change request: the approval workflow should have a second approver above 10k",
        "Please add a field for the incoterm to the quotation form",
        "We would like a new report showing scrap per shift",
        "It would be good if the portal remembered the last filter",
        "From now on the order confirmation should show the customer's part number",
        "Modify the label layout so that the batch number is printed larger",
    ],
    Category.DEFECT_FIX: [
        "Bug in the rounding routine: the code truncates instead of rounding, please correct the program",
        "The exchange rate is hard coded in the interface, fix it permanently",
        "Root cause identified: wrong mapping of unit codes. Please correct the mapping in production",
        "Defect fix needed for the tax determination logic error",
        "Misconfiguration of the retry queue must be corrected so that it does not recur",
    ],
}  # fmt: skip


def test_every_category_has_its_messages() -> None:
    assert MESSAGES.keys() == set(Category) == KIND_OF.keys()


def test_nineteen_of_twenty_plain_messages_get_their_kind_and_category(classifier: TextClassifier) -> None:
    said = [(category, classifier.classify(text).category, text) for category, texts in MESSAGES.items() for text in texts]
    wrong = [
        f"{said.value if said else 'none'}, not {category.value}: {text}" for category, said, text in said if said != category
    ]
    assert len(wrong) <= len(said) / 20, wrong


@pytest.mark.parametrize("category", Category)
def test_no_category_is_lost(classifier: TextClassifier, category: Category) -> None:
    said = [classifier.classify(text) for text in MESSAGES[category]]
    assert sum(label.category is category for label in said) >= 0.75 * len(said)
    assert sum(label.kind is category.kind for label in said) >= 0.9 * len(said) - 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I can not conect to the servr", Kind.INCIDENT),
        ("pasword expierd, pls help", Kind.INCIDENT),
        ("my acount is loked", Kind.INCIDENT),
        ("Plese instal the sofware on my labtop", Kind.SERVICE_REQUEST),
        ("printr not workng", Kind.INCIDENT),
        ("the aplication is extremly slow", Kind.INCIDENT),
        ("UNABLE TO LOGIN!!!", Kind.INCIDENT),
        ("cant logon", Kind.INCIDENT),
        ("I’m not able to open Outlook", Kind.INCIDENT),
    ],
)
def test_slips_of_the_keyboard_do_not_matter(classifier: TextClassifier, text: str, kind: Kind) -> None:
    assert classifier.classify(text).kind is kind


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("I cannot log in, please reset my password", Category.BLOCKED_TASK),
        ("Please reset my password", Category.USER_REQUEST),
        ("How do I reset my password?", Category.HOW_TO),
        ("Who do I call if the server is down?", Category.PROCESS_QUESTION),
        ("Can you help? I cannot log in", Category.BLOCKED_TASK),
        ("How do I set up my phone if the VPN is not working?", Category.HOW_TO),
    ],
)
def test_a_question_about_a_fault_is_not_its_report(classifier: TextClassifier, text: str, category: Category) -> None:
    assert classifier.classify(text).category is category


@pytest.mark.parametrize(
    "text", ["Das Passwort ist abgelaufen, ich kann mich nicht anmelden", "Drucker funktioniert nicht mehr"]
)
def test_the_commonest_german_complaints_are_understood(classifier: TextClassifier, text: str) -> None:
    assert classifier.classify(text).kind == "incident"
