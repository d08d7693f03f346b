"""The classifier as the desk uses it: the shipped one, and what was learnt here where there is a store."""

from typing import cast

from channels.cli.store import store_file
from channels.cli.terminal import complain, in_one_line
from channels.serve.settings import DeskSettings
from channels.serve.site_classifier import SiteClassifier
from classifier.classify import TextClassifier
from intake.desk.policy_file.whole import read_policy
from intake.domain.errors import HelpdeskError
from storage.migrate import demand_current, version_of
from storage.store import SqlStore


def shipped_version() -> str:
    """Raises ConfigError."""
    return SiteClassifier(TextClassifier()).shipped_version


def classifier_in_use(desk: DeskSettings) -> SiteClassifier:
    """Makes no file. Where no store was set up yet the shipped model alone; where it cannot be asked too, with a warning.
    Raises ConfigError for the policy file."""
    classifier = SiteClassifier(TextClassifier(abstain_below=read_policy(desk.policy).classifier.ask_below))
    file = store_file(desk)
    if file is not None and not file.is_file():
        return classifier
    store = SqlStore(desk.store_url)
    try:
        if version_of(store.engine) is None:
            return classifier
        demand_current(store.engine)
        classifier.take_up(store)
    except HelpdeskError as fault:
        complain(in_one_line(f"warning: the store cannot be asked ({fault}): the shipped model alone"))
        return classifier
    finally:
        store.close()
    if classifier.trouble:
        complain(f"warning: what was learnt here is not used: {classifier.trouble}")
    return classifier


def text_classifier_in_use(desk: DeskSettings) -> TextClassifier:
    """The same, to be asked for more than labels."""
    return cast(TextClassifier, classifier_in_use(desk).in_use)
