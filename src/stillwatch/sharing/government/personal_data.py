"""Finds personal data in what people wrote, so that none leaves that does not belong directly to the threat.

A fixed set of forms: mail and network addresses, telephone and card numbers. It finds no names: that is what the two
people who approve are for, and the report says so to them.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.sharing.government.notification import Notification

_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:])"
)
_DIGITS: Final = re.compile(r"\+?\d(?:[ ()./-]{0,2}\d){7,18}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_CARD_LENGTHS: Final = range(13, 20)


@dataclasses.dataclass(frozen=True, slots=True)
class PersonalData:
    """Something that has the form of personal data.

    Attributes:
        place: where in the notification, such as ``entities.1``.
        kind: what it looks like.
    """

    place: str
    kind: str


def personal_data(notification: Notification) -> tuple[PersonalData, ...]:
    """What is in a notification and not said to belong directly to the threat; never the data itself."""
    return tuple(
        PersonalData(place, kind)
        for place, text in notification.texts()
        if place not in notification.directly_related
        for kind in kinds_in(text)
    )


def kinds_in(text: str) -> tuple[str, ...]:
    """Which kinds of personal data a text holds."""
    found = []
    if _MAIL.search(text):
        found.append("mail address")
    if any(_is_address(match.group()) for match in _ADDRESS.finditer(text)):
        found.append("network address")
    numbers = [re.sub(r"\D", "", each) for each in _DIGITS.findall(_DAY.sub(" ", text))]
    if any(len(number) in _CARD_LENGTHS and _luhn(number) for number in numbers):
        found.append("card number")
    elif any(8 <= len(number) <= 15 for number in numbers):
        found.append("telephone or account number")
    return tuple(found)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _luhn(number: str) -> bool:
    """Whether the check digit of ISO/IEC 7812-1 holds."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
