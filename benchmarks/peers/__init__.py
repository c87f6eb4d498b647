"""What is measured: loopwise and other libraries, each behind an adapter, run by a worker process.

An adapter is a module with `DISTRIBUTION`, the name of what is installed, and `CALLS`: by contestant and name of the
call, a function that takes a Task and returns what is to be timed. What another library wants in a layout of its own
is laid out there, untimed. A time is that of the calls that a user writes around the library's functions.
"""
