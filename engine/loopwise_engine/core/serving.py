"""What decides: the meta-model that serves, in the time that a call has; else the prior policy, which says why."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property, partial

from loopwise.errors import LoopwiseError
from loopwise.resources import Decision
from loopwise_engine.core import decisions, models
from loopwise_engine.core.decisions import Proposal
from loopwise_engine.core.requests import Ticket
from loopwise_engine.core.shadow import Shadow
from loopwise_engine.policy import Card, MetaModel, ModelError, Plan, Policy, PriorPolicy
from loopwise_engine.policy.exploring import DRAWN, ExploringPolicy
from loopwise_engine.policy.learned import FallbackPolicy, LearnedPolicy, TimelyPolicy, UnableError
from loopwise_engine.store import Store, Transaction

PATIENCE = 30.0
"""Seconds that a meta-model has; at most half of those that its call has left, so that the prior policy has as many."""

_LOADED = 4
"""Models that are kept in memory: the one that decides, the one in shadow, and those before them."""

_logger = logging.getLogger(__name__)


class Serving:
    """Decides by whatever model serves at that moment, which the database says, and lets the one in shadow decide too.

    Args:
        store: where models and decisions are.
        fixed: decides instead of a model; None, a model does.
        count: is told of every failure of a model: the model's role, and the cause in a word.
        blending: whether models share batches among strategies, as `MetaPolicy` has it.
        exploring: share of the decisions that follow an arm that is drawn, as `ExploringPolicy` has it.
    """

    def __init__(
        self,
        store: Store,
        fixed: Policy | None,
        count: Callable[[str, str], None],
        *,
        blending: bool = False,
        exploring: float = 0.0,
    ) -> None:
        self._store = store
        self._fixed = fixed
        self._follow = partial(LearnedPolicy, blending=blending)
        self._exploring = exploring
        self._count = count
        self._shadow = Shadow(store, partial(count, models.SHADOW))
        self._loaded: dict[str, MetaModel] = {}
        self._late: set[Future[Plan]] = set()

    @property
    def policy(self) -> Policy:
        """What decides now."""
        return self._in_force()[0]

    def decide(
        self, ticket: Ticket, loop: tuple[str, int], encode: Callable[[Decision], bytes], remaining: float | None
    ) -> bytes:
        """The answer that tells a loop's decision: the stored one, or a new one, which is stored.

        Args:
            ticket: names the request.
            loop: the experiment's id and the loop's number.
            encode: turns a decision into the answer.
            remaining: seconds that the call has left; None, no deadline.

        Raises:
            RefusedError: as `decisions.decide`.
        """
        policy, shadow = self._in_force()
        made: list[Proposal] = []

        def decide_by(policy: Policy) -> bytes:
            explored = ExploringPolicy(policy, self._exploring) if self._exploring else policy
            return decisions.decide(self._store, explored, ticket, loop, encode, made.append)

        try:
            answer = decide_by(self._timely(policy, remaining) if isinstance(policy, LearnedPolicy) else policy)
        except UnableError as error:
            self._count(models.SERVING, error.cause)
            _logger.warning("the meta-model %s does not decide: %s", policy.version, error, exc_info=error.__cause__)
            answer = decide_by(FallbackPolicy(str(error)))
        if made and shadow is not None and DRAWN not in made[-1].features:  # chance is no other model
            self._shadow.observe(ticket.tenant, shadow, made[-1].basis)
        return answer

    def close(self) -> None:
        """Waits for what goes on in shadow, a little."""
        self._shadow.close()

    def _timely(self, policy: LearnedPolicy, remaining: float | None) -> TimelyPolicy:
        seconds = PATIENCE if remaining is None else min(PATIENCE, remaining / 2)
        return TimelyPolicy(policy, seconds, self._late)

    def _in_force(self) -> tuple[Policy, LearnedPolicy | None]:
        """What decides, and what decides on paper, as the database says."""
        with self._store.read() as transaction:
            serving = self._fixed or self._learned(transaction, models.SERVING) or PriorPolicy()
            return serving, self._learned(transaction, models.SHADOW)

    def _learned(self, transaction: Transaction, role: str) -> LearnedPolicy | None:
        """The model in a role, not loaded yet: what may be wrong with it is told where it decides."""
        version = models.holder(transaction, role)
        if version in (models.NONE, models.SHIPPED):
            return self._shipped if version == models.SHIPPED else None
        if (loaded := self._loaded.get(version)) is not None:
            return self._follow(version, lambda: loaded)
        try:
            files = models.files(transaction, version)
        except LoopwiseError as error:
            return self._follow(version, partial(_fail, str(error)))
        read = partial(MetaModel.parse, files, f"what was published as {version}")
        return self._follow(version, partial(self._kept, version, read))

    @cached_property
    def _shipped(self) -> LearnedPolicy | None:
        try:
            card = Card.shipped()
        except ModelError as error:
            return self._follow(models.SHIPPED, partial(_fail, str(error)))
        return None if card is None else self._follow(card.version, partial(self._kept, models.SHIPPED, _shipped))

    def _kept(self, version: str, read: Callable[[], MetaModel]) -> MetaModel:
        """A model, read once; the oldest makes room for it."""
        model = self._loaded.get(version)
        if model is None:
            model = read()
            for oldest in list(self._loaded)[: 1 - _LOADED]:
                self._loaded.pop(oldest, None)
            self._loaded[version] = model
        return model


def _shipped() -> MetaModel:
    model = MetaModel.shipped()
    assert model is not None, "its card was there"
    return model


def _fail(why: str) -> MetaModel:
    raise ModelError(why)
