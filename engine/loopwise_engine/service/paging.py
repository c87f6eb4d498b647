"""Pages of lists: how many items, where to go on, and no more bytes than a message holds."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from google.protobuf.message import Message

from loopwise.errors import InvalidInputError
from loopwise.limits import DEFAULT_PAGE_SIZE, MAX_MESSAGE_BYTES, MAX_PAGE_SIZE

Place = TypeVar("Place", int, str)
Item = TypeVar("Item")
Encoded = TypeVar("Encoded", bound=Message)

PAGE_BYTES = MAX_MESSAGE_BYTES - (64 << 10)
"""Of the items of a page, beside which there must be room for the rest of the message."""

_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Page(Generic[Place]):
    """What a request for a page asks for.

    Attributes:
        of: the list: its method and its parent.
        size: items, at most.
        after: the place of the last item of the page before.
    """

    of: str
    size: int
    after: Place

    def token(self, last: Place) -> str:
        """Opaque to callers: where the next page begins."""
        return base64.urlsafe_b64encode(json.dumps([self.of, last]).encode()).decode()

    def numbers(self, count: int) -> list[int]:
        """The numbers, `count` of them, that stand with blanks between them for the place of the item before.

        Raises:
            InvalidInputError: they do not; the token is not one that this list gave.
        """
        numbers = str(self.after).split(" ")
        if len(numbers) != count or not all(_NUMBER.fullmatch(number) for number in numbers):
            raise _foreign_token()
        return [int(number) for number in numbers]

    def fill(
        self, items: Iterable[Item], place: Callable[[Item], Place], encode: Callable[[Item], Encoded]
    ) -> tuple[list[Encoded], str]:
        """The page's messages, and the token of the next page, empty on the last.

        Args:
            items: from behind `after` on; one more than `size`, where there are so many.
            place: of an item in the list.
            encode: an item as a message.
        """
        messages: list[Encoded] = []
        last, room = self.after, PAGE_BYTES
        for item in items:
            message = encode(item)
            room -= message.ByteSize()
            if len(messages) == self.size or (messages and room < 0):
                return messages, self.token(last)
            messages.append(message)
            last = place(item)
        return messages, ""


def read_page(
    of: str, size: int, token: str, start: Place, *, default: int = DEFAULT_PAGE_SIZE, largest: int = MAX_PAGE_SIZE
) -> Page[Place]:
    """What a request asks for.

    Args:
        of: the list: its method and its parent.
        size: as requested; 0, the default.
        token: as requested; empty, the first page.
        start: what stands for the place before the first item.
        default: items of a page where nothing was requested.
        largest: items of a page at most.

    Raises:
        InvalidInputError: the size is negative, or the token is not one that this list gave.
    """
    if size < 0:
        raise InvalidInputError(f"the page_size {size} must not be negative")
    size = min(size, largest) or default
    if not token:
        return Page(of, size, start)
    try:
        token_of, after = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        token_of, after = None, None
    if token_of != of or type(after) is not type(start) or not _is_place(after):
        raise _foreign_token()
    return Page(of, size, after)


def _foreign_token() -> InvalidInputError:
    return InvalidInputError("the page_token is not one that this list gave; begin again without one")


def _is_place(after: object) -> bool:
    return 0 <= after < 1 << 31 if isinstance(after, int) else str(after).isprintable()
