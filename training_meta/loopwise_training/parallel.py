"""Work that is spread over processes, or over whatever joblib is configured for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import joblib
from joblib.parallel import get_active_backend

from loopwise.errors import InvalidInputError


def results(tasks: Iterable[Any], jobs: int, *, in_order: bool = False) -> Iterator[Any]:
    """What tasks return, one after the other as they are done.

    All at the end where the backend that joblib is configured for cannot hand out one at a time, as Ray's.

    Args:
        tasks: of `joblib.delayed`.
        jobs: processes at once; -1, one per core.
        in_order: of the tasks, instead of that in which they are done.

    Raises:
        InvalidInputError: no process at all.
    """
    if jobs == 0:
        raise InvalidInputError("0 jobs do no work: ask for one or more, or for -1, one per core")
    backend, _ = get_active_backend()
    one_by_one = "generator" if in_order else "generator_unordered"
    yield from joblib.Parallel(n_jobs=jobs, return_as=one_by_one if backend.supports_return_generator else "list")(
        tasks
    )
