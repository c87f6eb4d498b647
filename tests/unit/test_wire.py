from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from loopwise import InvalidInputError, names, wire
from loopwise.resources import Decision, Forecast, StopAdvice, StopRule
from loopwise.strategies import Blend
from loopwise.v1 import array_pb2

DTYPES = ["<f4", "<f2", "<f8", "<i4", "<u4", "|u1"]


@given(
    npst.arrays(
        st.sampled_from([np.dtype(name) for name in DTYPES]),
        npst.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5),
    )
)
def test_arrays_come_back_as_they_were(values: np.ndarray) -> None:
    message = array_pb2.Array.FromString(wire.encode_array(values).SerializeToString())
    np.testing.assert_array_equal(wire.decode_array(message), values)
    assert wire.decode_array(message).dtype == values.dtype


def test_any_memory_layout_travels() -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    for same in (np.asfortranarray(values), values[::1], values.astype(">f4"), values[:, ::-1][:, ::-1]):
        np.testing.assert_array_equal(wire.decode_array(wire.encode_array(same)), values)


def test_a_decoded_array_cannot_be_written() -> None:
    assert not wire.decode_array(wire.encode_array(np.zeros(3, dtype=np.float32))).flags.writeable


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"dtype": "<i8"}, "dtype"),
        ({"dtype": "|O"}, "dtype"),
        ({"dtype": ""}, "dtype"),
        ({"shape": [4]}, "need 16"),
        ({"shape": [2**40, 2**40]}, "bytes"),
        ({"data": b"\0" * 11}, "11 bytes"),
        ({"crc32": 1}, "CRC-32"),
    ],
)
def test_a_damaged_array_is_refused(change: dict[str, object], sentence: str) -> None:
    good = wire.encode_array(np.arange(3, dtype=np.float32))
    fields = {"data": good.data, "dtype": good.dtype, "shape": list(good.shape), "crc32": good.crc32}
    with pytest.raises(InvalidInputError, match=sentence):
        wire.decode_array(array_pb2.Array(**{**fields, **change}))  # type: ignore[arg-type]


def test_types_that_do_not_travel_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="int64"):
        wire.encode_array(np.zeros(3, dtype=np.int64))


@given(rows=st.integers(0, 700_000), width=st.integers(1, 3))
def test_chunks_cover_a_column_once(rows: int, width: int) -> None:
    values = np.broadcast_to(np.zeros(width, dtype=np.float32), (rows, width))
    ends = 0
    for offset, chunk in wire.split(values):
        assert offset == ends
        assert len(chunk) > 0
        ends += len(chunk)
    assert ends == rows


def test_the_checksum_of_a_column_knows_every_byte_and_their_order() -> None:
    values = np.arange(600_000, dtype=np.float32)
    changed = values.copy()
    changed[-1] += 1
    swapped = np.concatenate([values[300_000:], values[:300_000]])
    assert len({wire.column_checksum(column) for column in (values, changed, swapped)}) == 3
    assert wire.column_checksum(values) == wire.column_checksum(values.copy())


@pytest.mark.parametrize("name", ["", "a/b", "-a", ".a", "a" * 64, "ä", "a b", "a\n"])
def test_names_that_cannot_be_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        names.check_id(name)
    with pytest.raises(InvalidInputError):
        names.parse_experiment(names.experiment(name))


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", fullmatch=True), st.integers(0, 10**9 - 1))
def test_names_come_back(experiment: str, number: int) -> None:
    assert names.parse_experiment(names.experiment(experiment)) == experiment
    assert names.parse_loop(names.loop(experiment, number)) == (experiment, number)
    assert names.parse_decision(names.decision(experiment, number)) == (experiment, number)


@pytest.mark.parametrize(
    "name", ["experiments/a/loops/01", "experiments/a/loops/-1", "experiments/a/loops/", "loops/1"]
)
def test_loop_names_have_one_spelling(name: str) -> None:
    with pytest.raises(InvalidInputError):
        names.parse_loop(name)


ADVICE = StopAdvice(True, "enough", 2 / 3, (StopRule("kappa", 0.99, stop=True), StopRule("plateau", -0.1, stop=False)))


@pytest.mark.parametrize("more", [{}, {"schedule": (3, 4, 1 << 53), "forecast": Forecast("f1", 90, 0.8, 0.7, 0.9)}])
@pytest.mark.parametrize("target", [None, 77])
@pytest.mark.parametrize("stop", [StopAdvice(), ADVICE])
def test_a_decision_comes_back(more: dict[str, Any], target: int | None, stop: StopAdvice) -> None:
    if "forecast" in more:
        more = {**more, "forecast": replace(more["forecast"], labels_for_target=target)}
    decision = Decision(3, Blend.single("margin"), 3, (1 << 64) - 1, "prior", "2", "because", stop=stop, **more)

    assert wire.decode_decision(wire.encode_decision("a", decision)) == decision
