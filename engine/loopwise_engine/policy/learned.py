"""A meta-model as an engine follows it: loaded when it is needed, in so much time, and the prior policy behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace

from loopwise.errors import LoopwiseError
from loopwise_engine.policy.base import Plan, Policy, Situation
from loopwise_engine.policy.meta import MetaPolicy, name_of
from loopwise_engine.policy.model import MetaModel, ModelError
from loopwise_engine.policy.prior import PriorPolicy


class UnableError(Exception):
    """A meta-model does not decide.

    Args:
        cause: in a word: missing, damaged, failed, slow.
        why: in words, for the person who reads the decision.
    """

    def __init__(self, cause: str, why: str) -> None:
        super().__init__(why)
        self.cause = cause


class LearnedPolicy(Policy):
    """The policy of a meta-model that is loaded when it first decides.

    Attributes:
        load: gives the model; raises ModelError.
        blending: as `MetaPolicy`.

    Args:
        version: of the model.
        load: as above.
        blending: as above.
    """

    def __init__(self, version: str, load: Callable[[], MetaModel], *, blending: bool = False) -> None:
        self._version = version
        self.load = load
        self.blending = blending

    @property
    def name(self) -> str:  # type: ignore[override]
        """As `MetaPolicy`."""
        return name_of(blending=self.blending)

    @property
    def version(self) -> str:  # type: ignore[override]
        """Of the model."""
        return self._version

    def decide(self, situation: Situation) -> Plan:
        """The plan for this situation.

        Raises:
            UnableError: the model cannot be loaded, or fails.
            LoopwiseError: the situation is at fault, as `PriorPolicy.decide` says, or what it is read from.
        """
        try:
            return MetaPolicy(self.load(), blending=self.blending).decide(situation)
        except ModelError as error:
            raise UnableError("damaged", str(error)) from error
        except LoopwiseError:
            raise
        except ModuleNotFoundError as error:
            raise UnableError("missing", f"{error.name} is not installed: pip install 'loopwise[engine]'") from error
        except Exception as error:
            raise UnableError("failed", f"it failed ({type(error).__name__}), and the engine's log has more") from error


class TimelyPolicy(LearnedPolicy):
    """Likewise, in so much time; a decision that takes longer goes on in a thread of its own, for nobody.

    Args:
        learned: what is to decide.
        seconds: from now on.
        late: decisions that took longer and still go on; while there is one, as after a fork, no other is begun.
    """

    def __init__(self, learned: LearnedPolicy, seconds: float, late: set[Future[Plan]]) -> None:
        super().__init__(learned.version, learned.load, blending=learned.blending)
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._late = late

    def decide(self, situation: Situation) -> Plan:
        """The plan for this situation; raises as `LearnedPolicy.decide`, and UnableError when time is over."""
        if self._late:
            raise UnableError("slow", "it is still busy with an earlier decision")
        future: Future[Plan] = Future()

        def work() -> None:
            try:
                future.set_result(LearnedPolicy.decide(self, situation))
            except BaseException as error:  # noqa: BLE001  it goes to who waits
                future.set_exception(error)

        # A daemon: one that hangs must not keep the process, which may be a user's own.
        threading.Thread(target=work, name="loopwise-meta-model", daemon=True).start()
        try:
            return future.result(max(0.0, self._until - time.monotonic()))
        except FutureTimeoutError:
            if future.done():  # just now, or it is the policy that ran out of time
                return future.result()
            self._late.add(future)
            future.add_done_callback(self._late.discard)
            raise UnableError("slow", f"it took longer than {self._seconds:.2g} seconds") from None


class FallbackPolicy(PriorPolicy):
    """The prior policy in a meta-model's place; says why on every plan.

    Args:
        why: the model does not decide, in words.
    """

    def __init__(self, why: str) -> None:
        self._why = why

    def decide(self, situation: Situation) -> Plan:
        """The plan for this situation; raises as `PriorPolicy.decide`."""
        plan = super().decide(situation)
        return replace(plan, reason=f"{plan.reason} (Not by the meta-model: {self._why}.)")
