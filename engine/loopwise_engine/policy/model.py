"""The meta-model: from a state, and what each arm would pick, to what each arm promises beside the default one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import LoopwiseError
from loopwise.strategies import likely_errors
from loopwise_engine.policy.arms import ARMS, DEFAULT
from loopwise_engine.policy.descriptors import DESCRIPTORS
from loopwise_engine.policy.features import FEATURES

CARD = "card.json"
_VERSION = re.compile("[0-9a-f]{12}")

SHIPPED = Path(__file__).parent / "shipped"
"""Folder of the model that comes with loopwise."""

_ITSELF = "loopwise itself"

INPUTS: tuple[str, ...] = (
    *FEATURES,
    *(f"batch {name}" for name in DESCRIPTORS),
    *(f"batch less default {name}" for name in DESCRIPTORS),
    "arm",
)
"""What the model is given of a state and an arm, in this order; what is not known is NaN, never zero."""

VERSION = 1
"""Of the inputs: raised where one is computed otherwise under the same name."""


EARLY_BELOW = 20.0
"""Labels per class. Arms differ by more while there are fewer: leaving the default one has a threshold of its own."""


_COUNTS = ("loop", "labeled_count", "batch_size", "classes", "labels_per_class")
_STRETCH = 5.0
"""Times the largest count that was trained on."""

_BEYOND = 0.25
"""Of the width of a feature's range: so far beyond them, its ends stand for what lies there."""

_ANY = ("pool_size", "neighbour_distance")
"""Features that may be anything: samples stand for the pool, and distances are told in multiples of this one."""


def versions() -> dict[str, str]:
    """What the inputs follow from beside their names; a model decides only where it was trained with the same."""
    return {"inputs": str(VERSION), "likely_errors": likely_errors.version()}


def stage(features: Mapping[str, float]) -> str:
    """Of an experiment in this state: "early" or "late"."""
    return "early" if features.get("labels_per_class", 0.0) < EARLY_BELOW else "late"


class ModelError(LoopwiseError):
    """A folder holds no model, a damaged one, or one that was trained on something else than this engine computes."""


@dataclass(frozen=True)
class Card:
    """What is to be known of a model beside its trees.

    Attributes:
        name: of the model.
        version: of it; changes with its trees.
        inputs: `INPUTS` as they were when it was trained.
        arms: `ARMS` likewise; "arm" is an index into them.
        versions: `versions` likewise, and those of the libraries that it was trained with.
        spreads: by file of a booster, the standard deviation of what it was trained on.
        hashes: by file of a booster, its SHA-256.
        thresholds: by stage, the promise above which an arm is followed instead of the default one; None, the model
            has no say.
        ranges: by state feature, the least and the largest value that it was trained on.
        corpus: what it was trained on, in words and numbers.
        metrics: how it did on families of data sets that it was not trained on.
    """

    name: str
    version: str
    inputs: tuple[str, ...]
    arms: tuple[str, ...]
    versions: Mapping[str, str]
    spreads: Mapping[str, float]
    hashes: Mapping[str, str]
    thresholds: Mapping[str, float | None]
    ranges: Mapping[str, tuple[float, float]]
    corpus: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=1, allow_nan=False)

    @classmethod
    def parse(cls, data: bytes, where: str) -> Card:
        """The card that a file holds.

        Args:
            data: of the file.
            where: what it belongs to, in words.

        Raises:
            ModelError: it is no card.
        """
        try:
            read = json.loads(data)
            read |= {key: tuple(read[key]) for key in ("inputs", "arms")}
            read.setdefault("versions", {})  # of a loopwise that told none
            read["ranges"] = {name: (float(low), float(high)) for name, (low, high) in read["ranges"].items()}
            card = cls(**read)
        except (ValueError, TypeError, KeyError) as error:
            raise ModelError(f"{where} holds no whole model: {error}") from error
        if not isinstance(card.version, str) or not _VERSION.fullmatch(card.version):
            raise ModelError(f"{where} holds a model of the version {card.version!r}; it must be 12 hexadecimal digits")
        return card

    @classmethod
    def shipped(cls) -> Card | None:
        """The card of the model that comes with loopwise, None where it comes without; raises ModelError."""
        return cls.parse((SHIPPED / CARD).read_bytes(), _ITSELF) if (SHIPPED / CARD).exists() else None


def read_files(folder: Path, where: str | None = None) -> dict[str, bytes]:
    """The files of the model in a folder, by name: its card, and those that the card names.

    Args:
        folder: of the model.
        where: that is, in words; None, by its path.

    Raises:
        ModelError: the folder holds no model, or not all of it.
    """
    where = where or f"the folder {folder}"
    try:
        files = {CARD: (folder / CARD).read_bytes()}
        return files | {name: (folder / name).read_bytes() for name in Card.parse(files[CARD], where).spreads}
    except OSError as error:
        missing = Path(str(error.filename)).name
        raise ModelError(f"{where} holds no whole model: {missing}: {error.strerror}") from error


def inputs(features: Mapping[str, float], descriptors: Mapping[str, Mapping[str, float]]) -> NDArray[np.float64]:
    """What the model is given: (arms, inputs), a row for each of these arms, in their order.

    Args:
        features: state features, by name.
        descriptors: by arm, what is known of the batch that it would pick.
    """
    state = [features.get(name, np.nan) for name in FEATURES]
    default = descriptors.get(DEFAULT, {})
    rows = []
    for arm, of_batch in descriptors.items():
        own = [of_batch.get(name, np.nan) for name in DESCRIPTORS]
        beside = [value - default.get(name, np.nan) for name, value in zip(DESCRIPTORS, own, strict=True)]
        rows.append([*state, *own, *beside, list(ARMS).index(arm)])
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(INPUTS))


class MetaModel:
    """An ensemble of LightGBM boosters, each trained on another notion of gain.

    Args:
        card: of the model.
        boosters: by file.
    """

    def __init__(self, card: Card, boosters: Mapping[str, Any]) -> None:
        self.card = card
        self._boosters = boosters

    @classmethod
    def load(cls, folder: Path) -> MetaModel:
        """The model in a folder: a card, and a text file for each booster.

        Raises:
            ModelError: there is none, it is damaged, or its inputs or arms are not those of this engine.
        """
        return cls.parse(read_files(folder), f"the folder {folder}")

    @classmethod
    def shipped(cls) -> MetaModel | None:
        """The model that comes with loopwise, None where it comes without; raises as `load`."""
        return cls.parse(read_files(SHIPPED, _ITSELF), _ITSELF) if (SHIPPED / CARD).exists() else None

    @classmethod
    def parse(cls, files: Mapping[str, bytes], where: str) -> MetaModel:
        """The model that files hold.

        Args:
            files: by name, as in a folder.
            where: what they belong to, in words.

        Raises:
            ModelError: they hold no model, a damaged one, or its inputs or arms are not those of this engine.
        """
        card = Card.parse(files[CARD], where)
        for what, known, expected in (("inputs", card.inputs, INPUTS), ("arms", card.arms, tuple(ARMS))):
            if known != expected:
                odd = sorted(set(known) ^ set(expected)) or ["their order"]
                raise ModelError(
                    f"the model {card.name} {card.version} was trained on other {what} than this engine computes "
                    f"({', '.join(odd[:5])}): train it anew, or run the loopwise that it was trained with"
                )
        for name, ours in versions().items():
            if (theirs := card.versions.get(name, "unknown")) != ours:
                raise ModelError(
                    f"the model {card.name} {card.version} was trained with the version {theirs} of {name}, and this "
                    f"engine has {ours}: train it anew, or run the loopwise that it was trained with"
                )
        for name in card.spreads:
            if hashlib.sha256(files.get(name, b"")).hexdigest() != card.hashes.get(name):
                raise ModelError(f"the file {name} of the model {card.name} {card.version} is not what its card says")
        import lightgbm  # noqa: PLC0415  slow to import, and only a learned policy needs it

        return cls(card, {name: lightgbm.Booster(model_str=files[name].decode()) for name in card.spreads})

    def promises(
        self, features: Mapping[str, float], descriptors: Mapping[str, Mapping[str, float]]
    ) -> dict[str, float]:
        """What each arm promises beside the default one, by name, in standard deviations of what arms gain.

        Args:
            features: state features, by name.
            descriptors: by arm, what is known of its batch; the default arm is among them.
        """
        rows = inputs(features, descriptors)
        total = np.zeros(len(rows))
        # In one thread: for a dozen rows, others cost more than they bring, and those of OpenMP do not survive a fork,
        # after which LightGBM would wait for them forever.
        for name, booster in self._boosters.items():
            total += np.asarray(booster.predict(rows, num_threads=1)) / self.card.spreads[name]
        total /= len(self._boosters)
        values = dict(zip(descriptors, total.tolist(), strict=True))
        return {arm: value - values[DEFAULT] for arm, value in values.items()}

    def followed(self, features: Mapping[str, float], promises: Mapping[str, float]) -> str:
        """The arm to follow: the one that promises most, if that is more than the threshold; else the default one.

        Args:
            features: state features, by name.
            promises: of each arm, by name.
        """
        threshold = self.card.thresholds.get(stage(features))
        best = max(promises, key=lambda name: promises[name])
        return best if threshold is not None and promises[best] > threshold else DEFAULT

    def reasons(
        self, features: Mapping[str, float], descriptors: Mapping[str, Mapping[str, float]], arm: str
    ) -> list[str]:
        """Names of the inputs that speak most for an arm beside the default one, the strongest first."""
        chosen = {name: descriptors[name] for name in (arm, DEFAULT)}
        rows = inputs(features, chosen)
        total = np.zeros(len(INPUTS))
        one_each = {name.partition("-")[0]: name for name in self._boosters}  # of a gain's, any says much the same
        for name in one_each.values():
            parts = np.asarray(self._boosters[name].predict(rows, pred_contrib=True, num_threads=1))[:, :-1]
            total += (parts[0] - parts[1]) / self.card.spreads[name]
        return [INPUTS[index] for index in np.argsort(-total) if total[index] > 0]

    def unusual(self, features: Mapping[str, float]) -> Sequence[str]:
        """The state features that lie far outside of what the model was trained on.

        Trees say of what lies outside the same as of the nearest that they know: a quarter of the range farther is not
        far, nor is a count of five times the largest. Nothing was learned from a feature that never varied.
        """
        return [name for name, value in features.items() if name in self.card.ranges and self._is_far(name, value)]

    def _is_far(self, name: str, value: float) -> bool:
        low, high = self.card.ranges[name]
        if name in _ANY or low == high:
            return False
        beyond = _BEYOND * (high - low)
        return not low - beyond <= value <= max(high * (_STRETCH if name in _COUNTS else 1.0), high + beyond)
