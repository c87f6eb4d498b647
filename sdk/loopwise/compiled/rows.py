"""Kernels over rows of probabilities. Imports Numba.

Each takes a block of rows, float32 in C order, and writes its results into arrays that it is given. It returns whether
it did: a block with a value that is negative, infinite or NaN it leaves to NumPy, so that such values show in the
results in one way only. (-0.0 is taken for negative; votes have no such block, for members are checked before.)

Written for LLVM's vectoriser: loops run over slices from 0, for an index that might be negative keeps it away, and
Numba's check for division by zero is off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_INFINITY = np.uint32(0x7F800000)  # its bits; those of finite values from 0 on lie below, in the same order
_NARROW = 24  # classes: up to here a row is too short for vectors, and four rows are worked on at a time


_INPUT = types.Array(types.float32, 2, "C", readonly=True)
_COMMITTEE = types.Array(types.float32, 3, "C", readonly=True)
_OUTPUT = types.Array(types.float32, 1, "C")


def _compile(*arguments: types.Type) -> Callable[[Kernel], Kernel]:
    """Compile a kernel at once, for arguments of these types; kept on disk where there is a place."""
    signature = types.boolean(*arguments)
    # "contract" allows a * b + c in one step, and nothing that touches NaN.
    compiled = partial(numba.njit, signature, nogil=True, error_model="numpy", fastmath={"contract"})

    def compile_it(kernel: Kernel) -> Kernel:
        try:
            return cast(Kernel, compiled(cache=True)(kernel))
        except RuntimeError:  # nowhere to keep it
            return cast(Kernel, compiled()(kernel))

    return compile_it


@_compile(_INPUT)
def _ordinary(P: Floats) -> bool:
    """Are all values finite and not negative?"""
    bits = P.reshape(-1).view(np.uint32)
    largest = np.uint32(0)
    for index in range(len(bits)):
        largest = max(largest, bits[index])
    return bool(largest < _INFINITY)


@_compile(_INPUT, _OUTPUT, _OUTPUT)
def two_largest(P: Floats, first: Floats, second: Floats) -> bool:
    """The largest value of each row and the second largest; with one class the second is 0.

    Args:
        P: (rows, classes).
        first: (rows,), written.
        second: (rows,), written.
    """
    rows, classes = P.shape
    done = 0
    if classes <= _NARROW:
        if not _ordinary(P):
            return False
        for row in range(0, rows - 3, 4):
            p, q, r, s = P[row], P[row + 1], P[row + 2], P[row + 3]
            a = b = c = d = e = f = g = h = np.float32(0)
            for index in range(classes):
                x = p[index]
                lower = x if x < a else a
                a = x if x > a else a
                b = lower if lower > b else b
                x = q[index]
                lower = x if x < c else c
                c = x if x > c else c
                d = lower if lower > d else d
                x = r[index]
                lower = x if x < e else e
                e = x if x > e else e
                f = lower if lower > f else f
                x = s[index]
                lower = x if x < g else g
                g = x if x > g else g
                h = lower if lower > h else h
            first[row], first[row + 1], first[row + 2], first[row + 3] = a, c, e, g
            second[row], second[row + 1], second[row + 2], second[row + 3] = b, d, f, h
        done = rows - rows % 4
    firsts, seconds = first.view(np.uint32), second.view(np.uint32)
    for row in range(done, rows):
        bits = P[row].view(np.uint32)  # of integers LLVM takes maxima by vectors
        largest = np.uint32(0)
        for index in range(classes):
            largest = max(largest, bits[index])
        if largest >= _INFINITY:
            return False
        runner_up, times = np.uint32(0), np.int32(0)
        for index in range(classes):
            x = bits[index]
            times += np.int32(x == largest)
            runner_up = max(runner_up, x if x < largest else np.uint32(0))
        firsts[row] = largest
        seconds[row] = largest if times > 1 else runner_up
    return True


@partial(numba.njit, nogil=True, error_model="numpy", fastmath={"contract"})
def _log(p: np.float32) -> np.float32:
    """The logarithm to 3e-7 of it, for p from 0 to infinity; finite for 0.

    The logarithm of p = m 2^e, with m about 1, is e log 2 + log m, and log m = 2 atanh((m - 1) / (m + 1)) by its
    series up to the ninth power.
    """
    bits = np.float32(p).view(np.int32)
    # The bits of the square root of 1/2: m lies between it and twice it.
    exponent = np.int32(np.int32(bits - np.int32(0x3F3504F3)) >> np.int32(23))
    m = np.int32(bits - np.int32(exponent << np.int32(23))).view(np.float32)
    s = (m - np.float32(1)) / (m + np.float32(1))
    q = s * s
    series = np.float32(2 / 3) + q * (np.float32(2 / 5) + q * (np.float32(2 / 7) + q * np.float32(2 / 9)))
    e = np.float32(exponent)
    # log 2 in two parts: e times the first is exact.
    return e * np.float32(0.693359375) + (
        e * np.float32(np.log(2) - 0.693359375) + (np.float32(2) * s + s * q * series)
    )


@_compile(_INPUT, types.Array(types.float32, 2, "C"))
def p_log_p(P: Floats, terms: Floats) -> bool:
    """Terms p log p of each value, to 3e-7 of it; 0 for 0.

    Args:
        P: (rows, classes).
        terms: (rows, classes), written.
    """
    values, results = P.reshape(-1), terms.reshape(-1)
    largest = np.uint32(0)
    for index in range(len(values)):
        p = values[index]
        largest = max(largest, np.float32(p).view(np.uint32))
        results[index] = p * _log(p)
    return bool(largest < _INFINITY)


@_compile(_COMMITTEE, _INPUT, types.Array(types.float32, 3, "C"))
def divergence_terms(P: Floats, log_mean: Floats, terms: Floats) -> bool:
    """Terms p (log p - log mean), for each member's row.

    Args:
        P: (members, rows, classes).
        log_mean: (rows, classes).
        terms: (members, rows, classes), written.
    """
    logs = log_mean.reshape(-1)
    largest = np.uint32(0)
    for member in range(len(P)):
        values, results = P[member].reshape(-1), terms[member].reshape(-1)
        for index in range(len(logs)):
            p = values[index]
            largest = max(largest, np.float32(p).view(np.uint32))
            results[index] = p * (_log(p) - logs[index])
    return bool(largest < _INFINITY)


@_compile(_COMMITTEE, types.Array(types.intp, 2, "C"))
def count_votes(P: Floats, votes: NDArray[np.intp]) -> bool:
    """The number of members that hold each class most probable, the first of equals.

    Args:
        P: (members, rows, classes).
        votes: (rows, classes), 0 before; added to.
    """
    members, rows, classes = P.shape
    for member in range(members):
        own = P[member]
        done = rows - rows % 4
        for row in range(0, done, 4):
            p, q, r, s = own[row], own[row + 1], own[row + 2], own[row + 3]
            a, b, c, d = p[0], q[0], r[0], s[0]
            w = x = y = z = 0
            for index in range(1, classes):
                w = index if p[index] > a else w
                a = p[index] if p[index] > a else a
                x = index if q[index] > b else x
                b = q[index] if q[index] > b else b
                y = index if r[index] > c else y
                c = r[index] if r[index] > c else c
                z = index if s[index] > d else z
                d = s[index] if s[index] > d else d
            votes[row, w] += 1
            votes[row + 1, x] += 1
            votes[row + 2, y] += 1
            votes[row + 3, z] += 1
        for row in range(done, rows):
            votes[row, own[row].argmax()] += 1
    return True
