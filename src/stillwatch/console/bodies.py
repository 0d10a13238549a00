"""Forms as browsers send them, read within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from stillwatch.console.form import Form
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request

_KIND: Final = "application/x-www-form-urlencoded"
_LARGEST: Final = 1 << 20
_MOST_FIELDS: Final = 20_000


async def form_of(request: Request) -> Form:
    """The form that a request carries.

    Raises:
        StillwatchError: SW-CON-15, it is too large; SW-CON-16, it is of another kind or not UTF-8.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _KIND:
        raise _unreadable()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise StillwatchError(
                "the form is larger than a mebibyte",
                code="SW-CON-15",
                hint="send less at once; nothing was changed",
            )
    try:
        fields = parse_qs(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise _unreadable() from error
    return Form({name: [value.replace("\r\n", "\n") for value in values] for name, values in fields.items()})


def _unreadable() -> StillwatchError:
    return StillwatchError("the form cannot be read", code="SW-CON-16", hint="send it from the page itself")
