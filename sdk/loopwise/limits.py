"""Sizes that client and engine agree on. The engine enforces them; `ServerInfo` tells them."""

from __future__ import annotations

MAX_MESSAGE_BYTES = 8 << 20
"""Of one message, either way."""

CHUNK_BYTES = 4 << 20
"""Of one column chunk as the SDK cuts it; the engine takes any that fits a message."""

MAX_POOL_SIZE = 1 << 25
"""Records; a bit mask over the pool must fit a message."""

MAX_CLASSES = 1 << 15
"""Classes of a classification task."""

MAX_VECTOR_WIDTH = 4096
"""Values per record of a vector signal."""

MAX_BATCH_SIZE = 1 << 20
"""Records of one batch."""

MAX_BUDGET = 1 << 53
"""Labels; what a double, and so every JSON reader, counts exactly."""

MAX_LOOPS = 1_000_000_000
"""Of an experiment; their numbers have at most nine digits in names."""

MAX_OUTCOMES = 5_000
"""Label outcomes of one call; the longest annotators must fit a message."""

MAX_METRICS = 256
"""Metrics of one loop."""

MAX_TEXT = 256
"""Characters of a metric's name, an annotator, a request id."""

DEFAULT_PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000
"""Items of one page of a list."""

MAX_PAGE_ROWS = 65_536
"""Rows of one page of a decision, at most; fewer where probabilities are wide."""
