"""The rules: what may be reported, when, and what follows from it.

Each rule is a function of a transaction; whoever opens the transaction decides what happens together. Frozen
dataclasses of `loopwise.resources` go in and come out. A call that is not allowed raises InvalidInputError, when the
argument is wrong by itself, or RefusedError with a reason; the transaction then changes nothing.
"""
