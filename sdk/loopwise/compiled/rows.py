"""Kernels over rows of probabilities. Imports Numba.

Each takes a block of rows, float32 in C order, and writes its results into arrays that it is given. It returns whether
it did: a block with a value that is negative, infinite or NaN it leaves to NumPy, so that such values show in the
results in one way only. (-0.0 is taken for negative; votes have no such block, for members are checked before.)

Written for LLVM's vectoriser: loops run over slices from 0, for an index that might be negative keeps it away, and
Numba's check for division by zero is off.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Array = NDArray[Any]
Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_INFINITY = np.uint32(0x7F800000)  # its bits; those of finite values from 0 on lie below, in the same order
_NARROW = 64  # classes: rows up to here are worked on across, by columns of a tile; longer ones along
_TILE = 256  # rows: tile and columns stay in the nearest cache

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


def _inline(freedom: str = "contract") -> Callable[[Kernel], Kernel]:
    """Compile what kernels call, as a part of them."""
    return cast(Callable[[Kernel], Kernel], numba.njit(nogil=True, error_model="numpy", fastmath={freedom}))


def _log_coefficients() -> list[np.float32]:
    """Of the polynomial q for which log(1 + t) is about t + t^2 q(t) where 1 + t is between root 1/2 and root 2.

    It is that of degree 7 through the Chebyshev points: to 6e-8 of the logarithm.
    """
    low, high = math.sqrt(0.5) - 1, math.sqrt(2) - 1
    chebyshev = np.polynomial.Chebyshev.interpolate(lambda t: (np.log1p(t) - t) / t**2, 7, [low, high])
    return [np.float32(c) for c in chebyshev.convert(kind=np.polynomial.Polynomial).coef]


_C0, _C1, _C2, _C3, _C4, _C5, _C6, _C7 = _log_coefficients()
_LOG_2 = np.float32(math.log(2))


@_inline()
def _log(p: np.float32) -> np.float32:
    """The logarithm to 3e-7 of it, for p from 0 to infinity; finite for 0.

    The logarithm of p = (1 + t) 2^e, with 1 + t about 1, is e log 2 + log(1 + t).
    """
    bits = np.float32(p).view(np.int32)
    # The bits of the square root of 1/2: 1 + t lies between it and twice it.
    exponent = np.int32(np.int32(bits - np.int32(0x3F3504F3)) >> np.int32(23))
    t = np.int32(bits - np.int32(exponent << np.int32(23))).view(np.float32) - np.float32(1)
    q = _C0 + t * (_C1 + t * (_C2 + t * (_C3 + t * (_C4 + t * (_C5 + t * (_C6 + t * _C7))))))
    return np.float32(exponent) * _LOG_2 + (t + t * t * q)


@_inline("reassoc")
def _total(values: Floats) -> np.float32:
    """The sum, in whatever order suits vectors."""
    total = np.float32(0)
    for index in range(len(values)):
        total += values[index]
    return total


@_inline()
def _maximum(bits: Array) -> np.uint32:
    """The largest, or 0: of integers LLVM takes maxima by vectors."""
    most = np.uint32(0)
    for index in range(len(bits)):
        most = max(most, bits[index])
    return most


@_inline()
def _turn(tile: Array, columns: Array) -> None:
    """Turn rows into columns: across them the vectoriser works where rows are short.

    Args:
        tile: (rows, classes).
        columns: (classes, at least rows), written.
    """
    rows, classes = tile.shape
    values = tile.reshape(-1)
    done = rows - rows % 16
    for row in range(0, done, 16):
        some = values[row * classes : (row + 16) * classes]
        for column in range(classes):
            source, turned = some[column:], columns[column, row : row + 16]
            for index in range(16):
                turned[index] = source[index * classes]
    for row in range(done, rows):
        for column in range(classes):
            columns[column, row] = tile[row, column]


@_compile(_INPUT, _OUTPUT)
def largest(P: Floats, first: Floats) -> bool:
    """The largest value of each row.

    Args:
        P: (rows, classes).
        first: (rows,), written.
    """
    rows, classes = P.shape
    values, firsts = P.view(np.uint32), first.view(np.uint32)
    if classes > _NARROW:
        for row in range(rows):
            firsts[row] = _maximum(values[row])
        return bool(_maximum(firsts) < _INFINITY)
    columns = np.empty((classes, _TILE), np.uint32)
    for start in range(0, rows, _TILE):
        a = firsts[start : start + _TILE]
        _turn(values[start : start + _TILE], columns)
        a[:] = 0
        for column in range(classes):
            x = columns[column]
            for row in range(len(a)):
                a[row] = max(a[row], x[row])
    return bool(_maximum(firsts) < _INFINITY)


@_compile(_INPUT, _OUTPUT, _OUTPUT)
def two_largest(P: Floats, first: Floats, second: Floats) -> bool:
    """The largest value of each row and the second largest; with one class the second is 0.

    Args:
        P: (rows, classes).
        first: (rows,), written.
        second: (rows,), written.
    """
    rows, classes = P.shape
    values, firsts, seconds = P.view(np.uint32), first.view(np.uint32), second.view(np.uint32)
    if classes > _NARROW:
        for row in range(rows):
            bits = values[row]
            most = _maximum(bits)
            runner_up, times = np.uint32(0), np.int32(0)
            for index in range(classes):
                value = bits[index]
                times += np.int32(value == most)
                runner_up = max(runner_up, value if value < most else np.uint32(0))
            firsts[row] = most
            seconds[row] = most if times > 1 else runner_up
        return bool(_maximum(firsts) < _INFINITY)
    columns = np.empty((classes, _TILE), np.uint32)
    for start in range(0, rows, _TILE):
        a, b = firsts[start : start + _TILE], seconds[start : start + _TILE]
        _turn(values[start : start + _TILE], columns)
        a[:] = 0
        b[:] = 0
        for column in range(classes):
            x = columns[column]
            for row in range(len(a)):
                value, lead = x[row], a[row]
                b[row] = max(b[row], min(value, lead))
                a[row] = max(value, lead)
    return bool(_maximum(firsts) < _INFINITY)


@_compile(_INPUT, _OUTPUT)
def entropy(P: Floats, nats: Floats) -> bool:
    """Minus the sum of p log p over each row, with 0 log 0 = 0.

    Args:
        P: (rows, classes).
        nats: (rows,), written.
    """
    rows, classes = P.shape
    most = np.uint32(0)
    if classes > _NARROW:
        terms = np.empty(classes, np.float32)
        for row in range(rows):
            values = P[row]
            for index in range(classes):
                p = values[index]
                most = max(most, np.float32(p).view(np.uint32))
                terms[index] = p * _log(p)
            nats[row] = -_total(terms)
        return bool(most < _INFINITY)
    columns = np.empty((classes, _TILE), np.float32)
    for start in range(0, rows, _TILE):
        tile, sums = P[start : start + _TILE], nats[start : start + _TILE]
        most = max(most, _maximum(tile.reshape(-1).view(np.uint32)))
        _turn(tile, columns)
        sums[:] = 0
        for column in range(classes):
            x = columns[column]
            for row in range(len(sums)):
                sums[row] -= x[row] * _log(x[row])
    return bool(most < _INFINITY)


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
