from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loopwise import InvalidInputError
from loopwise.pool import PoolIds


@pytest.mark.parametrize(
    "ids",
    [
        range(10, 13),
        [10, 11, 12],
        (10, 11, 12),
        np.array([10, 11, 12], dtype=np.uint8),
        np.array([10, 11, 12], dtype=object),
        pd.Index([10, 11, 12]),
        pd.Series([10, 11, 12], index=["x", "y", "z"]),
    ],
)
def test_the_same_ids_in_any_container_are_the_same_pool(ids: object) -> None:
    pool = PoolIds(ids)
    assert pool.ids.tolist() == [10, 11, 12]
    assert pool.fingerprint == PoolIds([10, 11, 12]).fingerprint
    assert pool.positions([12, 10]).tolist() == [2, 0]


@pytest.mark.parametrize("ids", [["b", "a"], np.array(["b", "a"]), pd.Series(["b", "a"]), pd.Index(["b", "a"])])
def test_strings_are_ids_too(ids: object) -> None:
    pool = PoolIds(ids)
    assert pool.ids.tolist() == ["b", "a"]
    assert pool.positions(np.array(["a"], dtype=object)).tolist() == [1]


def test_the_fingerprint_knows_order_kind_and_where_one_id_ends() -> None:
    pools: list[object] = [[1, 2], [2, 1], ["1", "2"], ["12"], ["1", "2", ""], [12]]
    assert len({PoolIds(pool).fingerprint for pool in pools}) == len(pools)


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        ([], "empty"),
        ([3, 5, 7, 5], "5 stands at positions 1 and 3"),
        (["a", "b", "a"], "'a' stands at positions 0 and 2"),
        ([1, "a"], "all ints or all strings; row 0 is 1"),
        ([1.5, 2.5], "float64"),
        ([True, False], "bool"),
        ([None, 1], "all ints or all strings"),
        ([[1, 2], [3, 4]], "one-dimensional"),
        (np.array([1, 2**63], dtype=np.uint64), "64-bit"),
        ([1, 2**70], "64-bit"),
    ],
)
def test_what_is_no_list_of_unique_ids_is_refused(ids: object, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        PoolIds(ids)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ([10, 99], r"99 \(row 1\) is not in the pool"),
        ([11, 10, 11], r"11 \(row 2\) was given twice"),
        (["a"], "str ids were given"),
    ],
)
def test_the_first_offending_id_is_named(wanted: object, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        PoolIds(range(10, 13)).positions(wanted)


def test_no_ids_are_no_positions() -> None:
    assert PoolIds(["a"]).positions([]).tolist() == []
