"""Kernels over rows of probabilities. Imports Numba.

Each takes a block of rows, float32 in C order, and writes its results into arrays that it is given. It returns whether
it did: a block with a value that is negative, infinite or NaN it leaves to NumPy, so that such values show in the
results in one way only. (-0.0 is taken for negative.)

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


@_compile(_COMMITTEE, types.intp, types.float32, types.Array(types.intp, 2, "C"), types.Array(types.float32, 2, "C"))
def committee(M: Floats, first: int, tolerance: np.float32, votes: NDArray[np.intp], divergences: Floats) -> bool:
    """Votes and divergences of some records, each member's rows read once; nothing is written for an empty array.

    It leaves to NumPy also what has a row that does not sum to one.

    Args:
        M: (members, records, classes), of up to 64 classes.
        first: of the records.
        tolerance: by which the sum of a row may be off.
        votes: (rows, classes), written: members that hold each class most probable, the first of equals; or (0, 0).
        divergences: (members, rows), written: Kullback-Leibler divergence of each member to the mean; or (0, 0).
    """
    members, _, classes = M.shape
    last = first + max(len(votes), divergences.shape[1])
    low, high = np.float32(1) - tolerance, np.float32(1) + tolerance
    columns = np.empty((members, classes, _TILE), np.float32)
    mean, logs = np.empty((classes, _TILE), np.float32), np.empty((classes, _TILE), np.float32)
    counts, unused = np.empty((classes, _TILE), np.int32), np.empty(_TILE, np.int32)
    sums, largest = np.empty(_TILE, np.float32), np.empty(_TILE, np.uint32)
    most, wrong = np.uint32(0), np.int32(0)
    for start in range(first, last, _TILE):
        rows = min(_TILE, last - start)
        mean[:] = 0
        counts[:] = 0
        for member in range(members):
            tile, own = M[member, start : start + rows], columns[member]
            most = max(most, _maximum(tile.reshape(-1).view(np.uint32)))
            _turn(tile, own)
            total, top, free = sums[:rows], largest[:rows], unused[:rows]
            total[:] = 0
            for column in range(classes):
                x, m = own[column], mean[column]
                for row in range(rows):
                    total[row] += x[row]
                    m[row] += x[row]
            for row in range(rows):
                wrong += np.int32(total[row] < low) + np.int32(total[row] > high)
            if len(votes):
                bits = own.view(np.uint32)
                top[:] = 0
                free[:] = 1
                for column in range(classes):
                    x_bits = bits[column]
                    for row in range(rows):
                        top[row] = max(top[row], x_bits[row])
                for column in range(classes):
                    x_bits, n = bits[column], counts[column]
                    for row in range(rows):
                        vote = np.int32(x_bits[row] == top[row]) & free[row]
                        n[row] += vote
                        free[row] -= vote
        if len(votes):
            for row in range(rows):
                for column in range(classes):
                    votes[start - first + row, column] = counts[column, row]
        if len(divergences):
            for column in range(classes):
                m, log_mean = mean[column], logs[column]
                for row in range(rows):
                    log_mean[row] = _log(m[row] / np.float32(members))
            for member in range(members):
                sums_of = divergences[member, start - first : start - first + rows]
                sums_of[:] = 0
                for column in range(classes):
                    x, log_mean = columns[member, column], logs[column]
                    for row in range(rows):
                        sums_of[row] += x[row] * (_log(x[row]) - log_mean[row])
    return bool(wrong == 0 and most < _INFINITY)
