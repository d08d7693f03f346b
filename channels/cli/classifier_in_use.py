"""The classifier as the desk uses it: the shipped one, and what was learnt here where there is a store."""

from typing import cast

from channels.cli.store import store_file
from channels.cli.terminal import complain
from channels.serve.settings import DeskSettings
from channels.serve.site_classifier import SiteClassifier
from classifier.classify import TextClassifier
from intake.desk.policy_file import read_policy
from intake.domain.errors import HelpdeskError
from storage.migrate import demand_current
from storage.store import SqlStore


def shipped_version() -> str:
    """Raises ConfigError."""
    return SiteClassifier(TextClassifier()).shipped_version


def classifier_in_use(desk: DeskSettings) -> SiteClassifier:
    """Makes no file. Where there is no store, or it does not answer, the shipped model alone. Raises ConfigError."""
    classifier = SiteClassifier(TextClassifier(abstain_below=read_policy(desk.policy).classifier.ask_below))
    file = store_file(desk)
    if file is not None and not file.is_file():
        return classifier
    store = SqlStore(desk.store_url)
    try:
        demand_current(store.engine)
        classifier.take_up(store)
    except HelpdeskError:
        return classifier
    finally:
        store.close()
    if classifier.trouble:
        complain(f"warning: what was learnt here is not used: {classifier.trouble}")
    return classifier


def text_classifier_in_use(desk: DeskSettings) -> TextClassifier:
    """The same, to be asked for more than labels."""
    return cast(TextClassifier, classifier_in_use(desk).in_use)
