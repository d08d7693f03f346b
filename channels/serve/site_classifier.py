"""The classifier in use: the shipped one, with the layer that is active now. It is exchanged while the desk runs."""

from typing import Protocol, runtime_checkable

from intake.desk.ports import Classifier
from intake.desk.raising import Raiser
from intake.domain.errors import ConfigError
from intake.domain.label import Label
from storage.site_layers import SqlSiteLayers
from storage.store import SqlStore

NONE = ""  # no layer: the shipped model alone


@runtime_checkable
class Layered(Classifier, Protocol):
    """A classifier that can learn."""

    version: str  # of the model as shipped, and behind a plus sign that of the layer

    def with_layer(self, layer: bytes) -> "Layered":
        """b"" is without. Raises ConfigError on damaged bytes."""
        ...


class SiteClassifier:
    """Fits the desk's `Classifier` port. What is being classified while layers are exchanged is finished with the old one."""

    def __init__(self, shipped: Classifier, raiser: Raiser | None = None) -> None:
        """One that is not `Layered` is used as it is, always. `raiser` adds what the names of desk.toml say about impact."""
        self._shipped = shipped
        self._raiser = raiser
        self._in_use = shipped
        self._seen = NONE  # the layer that was active when it was last looked for, whether or not it could be used
        self.layer = NONE  # the version of the one in use
        self.trouble = ""  # why the active one is not

    @property
    def learns(self) -> bool:
        return isinstance(self._shipped, Layered)

    @property
    def shipped_version(self) -> str:
        """Empty for one that does not learn."""
        return self._shipped.version.partition("+")[0] if isinstance(self._shipped, Layered) else ""

    @property
    def in_use(self) -> Classifier:
        """The shipped one, with the layer in use; it stays as it is when layers are exchanged."""
        return self._in_use

    def classify(self, text: str) -> Label:
        label = self._in_use.classify(text)
        return self._raiser.by_words(label, text) if self._raiser is not None else label

    def take_up(self, store: SqlStore) -> bool:
        """Use the layer that is active now; True if that is news. Where it cannot be used, `trouble` says why, and the shipped
        model works alone. Raises StoreUnavailable."""
        if not isinstance(self._shipped, Layered):
            return False
        with store.reading() as connection:
            layers = SqlSiteLayers(connection)
            active = layers.active()
            seen = f"{active.version} {active.based_on}" if active else NONE
            if seen == self._seen:
                return False
            content = layers.content(active.version) if active and active.based_on == self.shipped_version else None
        in_use: Classifier = self._shipped
        layer, trouble = NONE, ""
        if active is not None and content is None:
            trouble = f"{active.version} was learnt over {active.based_on}, and the shipped model is {self.shipped_version}"
        elif active is not None and content is not None:
            try:
                in_use, layer = self._shipped.with_layer(content), active.version
            except ConfigError as fault:
                trouble = f"{active.version}: {fault}"
        self._seen, self.layer, self.trouble, self._in_use = seen, layer, trouble, in_use
        return True
