"""Resource names, e.g. "experiments/digits/loops/3/decision": the one place that builds and parses them."""

from __future__ import annotations

import re

from loopwise.errors import InvalidInputError

_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
_EXPERIMENT = re.compile(rf"experiments/({_ID})")
_LOOP = re.compile(rf"experiments/({_ID})/loops/(0|[1-9][0-9]{{0,8}})")
_DECISION = re.compile(_LOOP.pattern + "/decision")


def check_id(experiment_id: str) -> str:
    """Returns the id when it can be part of a name.

    Raises:
        InvalidInputError: it is not 1 to 63 letters, digits, ".", "_" or "-", starting with a letter or digit.
    """
    if not re.fullmatch(_ID, experiment_id):
        raise InvalidInputError(
            f"the experiment's name {experiment_id!r} must be 1 to 63 letters, digits, '.', '_' or '-', "
            "and start with a letter or digit"
        )
    return experiment_id


def experiment(experiment_id: str) -> str:
    """Name of an experiment."""
    return f"experiments/{experiment_id}"


def loop(experiment_id: str, number: int) -> str:
    """Name of a loop."""
    return f"experiments/{experiment_id}/loops/{number}"


def decision(experiment_id: str, number: int) -> str:
    """Name of a loop's decision."""
    return f"experiments/{experiment_id}/loops/{number}/decision"


def parse_experiment(name: str) -> str:
    """The experiment's id in "experiments/{experiment}"; raises InvalidInputError."""
    return _parse(_EXPERIMENT, name, "experiments/{experiment}")[0]


def parse_loop(name: str) -> tuple[str, int]:
    """The experiment's id and the number in "experiments/{experiment}/loops/{loop}"; raises InvalidInputError."""
    experiment_id, number = _parse(_LOOP, name, "experiments/{experiment}/loops/{loop}")
    return experiment_id, int(number)


def parse_decision(name: str) -> tuple[str, int]:
    """The experiment's id and the loop's number in a decision's name; raises InvalidInputError."""
    experiment_id, number = _parse(_DECISION, name, "experiments/{experiment}/loops/{loop}/decision")
    return experiment_id, int(number)


def _parse(pattern: re.Pattern[str], name: str, shape: str) -> tuple[str, ...]:
    match = pattern.fullmatch(name)
    if match is None:
        raise InvalidInputError(f"the name {name[:200]!r} must look like {shape!r}")
    return match.groups()
