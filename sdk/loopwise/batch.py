"""What `ask` returns and what `history` lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import MissingExtraError
from loopwise.resources import Decision, Forecast, LoopInfo, StopAdvice
from loopwise.strategies.blend import Blend

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class Batch:
    """Ids to label next, best first. Index arrays and frames with it: `X[batch]`, `frame.loc[batch.ids]`.

    It is true as long as the loop should go on, even when nothing of it is left to label: after a crash between `tell`
    and `report`, the batch comes back empty, so that the same script goes on to fit and report. It is false when the
    budget is spent, the pool is exhausted, or the advice is to stop; `why` says which.

    Attributes:
        ids: the records to label, int64 or str (n,).
        positions: their positions in the pool, int64 (n,).
        propensities: float64 (n,) in (0, 1]: the probability that each was chosen, given those before it.
        loop: number of the loop.
        decision: the blend, the policy and its reason, and what could not be considered.
    """

    ids: NDArray[Any]
    positions: NDArray[np.int64]
    propensities: NDArray[np.float64]
    decision: Decision

    @property
    def loop(self) -> int:
        """Number of the loop."""
        return self.decision.loop

    @property
    def schedule(self) -> tuple[int, ...]:
        """Sizes of the batches that are planned from this loop on, this one first."""
        return self.decision.schedule

    @property
    def forecast(self) -> Forecast | None:
        """What is to be expected of the metric when the budget is spent; None, too little is known."""
        return self.decision.forecast

    @property
    def why(self) -> str:
        """Why these, in words; or why to stop."""
        return self.decision.stop.reason if self.decision.stop.stop else self.decision.reason

    def __bool__(self) -> bool:
        return not self.decision.stop.stop

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.ids.tolist())

    def __getitem__(self, index: Any) -> Any:
        return self.ids[index]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.ids, dtype=dtype, copy=copy)


@dataclass(frozen=True)
class LoopRecord:
    """One loop of an experiment's history.

    Attributes:
        loop: its number; 0 is the cold start.
        labeled: records that were labeled when it was reported.
        metrics: as reported, by name.
        blend: how the batch was chosen; None before the decision, likewise what follows.
        batch_size: records selected.
        policy: name and version of what decided.
        why: the reason in words.
        stop: the advice.
        bytes_sent: bytes that left for this loop.
    """

    loop: int
    labeled: int
    metrics: Mapping[str, float]
    blend: Blend | None
    batch_size: int
    policy: str
    why: str
    stop: StopAdvice
    bytes_sent: int

    @classmethod
    def of(cls, loop: LoopInfo, decision: Decision | None, bytes_sent: int) -> LoopRecord:
        """A loop with its decision, if there is one yet."""
        return cls(
            loop=loop.number,
            labeled=loop.labeled_count,
            metrics=loop.metrics,
            blend=decision.blend if decision else None,
            batch_size=decision.batch_size if decision else 0,
            policy=f"{decision.policy} {decision.policy_version}" if decision else "",
            why=decision.reason if decision else "",
            stop=decision.stop if decision else StopAdvice(),
            bytes_sent=bytes_sent,
        )


class History(tuple[LoopRecord, ...]):
    """All loops of an experiment, oldest first."""

    __slots__ = ()

    @classmethod
    def of(
        cls, loops: Iterable[LoopInfo], decisions: Iterable[Decision], sent: Mapping[int, int] | None = None
    ) -> History:
        """The loops with their decisions, and with the bytes that were sent, by loop, where that is known."""
        made = {decision.loop: decision for decision in decisions}
        return cls(LoopRecord.of(loop, made.get(loop.number), (sent or {}).get(loop.number, 0)) for loop in loops)

    def to_pandas(self) -> pandas.DataFrame:
        """One row per loop, metrics as columns of their names.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        try:
            import pandas  # noqa: PLC0415  optional
        except ModuleNotFoundError as missing:
            raise MissingExtraError("a frame needs pandas: pip install pandas") from missing
        rows = [
            {
                "loop": record.loop,
                "labeled": record.labeled,
                **record.metrics,
                "blend": record.blend.describe() if record.blend else None,
                "batch_size": record.batch_size,
                "policy": record.policy,
                "why": record.why,
                "stop": record.stop.stop,
                "bytes_sent": record.bytes_sent,
            }
            for record in self
        ]
        return pandas.DataFrame(rows).set_index("loop") if rows else pandas.DataFrame()
