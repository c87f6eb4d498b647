"""Results come whatever backend joblib is configured for."""

from __future__ import annotations

from typing import ClassVar

import joblib
import pytest
from joblib._parallel_backends import ThreadingBackend
from joblib.parallel import register_parallel_backend

from loopwise.errors import InvalidInputError
from loopwise_training.parallel import results


class AllAtTheEnd(ThreadingBackend):  # type: ignore[misc]
    """Cannot hand out one result at a time, as the backend of Ray."""

    supports_return_generator: ClassVar[bool] = False


register_parallel_backend("all at the end", AllAtTheEnd)


@pytest.mark.parametrize("backend", ["all at the end", "threading", "loky"])
@pytest.mark.parametrize("in_order", [True, False])
def test_every_result_comes_once(backend: str, in_order: bool) -> None:
    with joblib.parallel_config(backend):
        found = list(results((joblib.delayed(divmod)(n, 3) for n in range(20)), jobs=2, in_order=in_order))
    expected = [divmod(n, 3) for n in range(20)]
    assert found == expected if in_order else sorted(found) == expected


def test_no_process_at_all_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="0 jobs do no work"):
        list(results([joblib.delayed(abs)(-1)], jobs=0))
