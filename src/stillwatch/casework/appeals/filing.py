"""What comes in with an appeal, checked before it is kept."""

from __future__ import annotations

import dataclasses
from typing import Final

from stillwatch.errors import StillwatchError

MOST_WORDS: Final = 8_000
_MOST_ID: Final = 256
_MOST_KEY: Final = 200
_BLANKS: Final = str.maketrans("\n\r\t", "   ")


@dataclasses.dataclass(frozen=True, slots=True)
class Filing:
    """An appeal as the support system brings it in on the account holder's behalf.

    Attributes:
        account_id: whose measure it is about.
        words: what the account holder wrote.
        reference: the support system's own number for it; empty for none.
        case_id: the case, where the support system knows it; empty to have it looked up.
        key: the same key from the same sender is the same appeal; empty for none.
    """

    account_id: str
    words: str
    reference: str = ""
    case_id: str = ""
    key: str = ""


def checked(filing: Filing) -> Filing:
    """The filing in normal form.

    Raises:
        StillwatchError: SW-APL-02, something is missing, too long or no text.
    """
    account, words = filing.account_id.strip(), filing.words.strip()
    if not account or len(account) > _MOST_ID:
        raise _unfit(f"an appeal names an account, in at most {_MOST_ID} characters")
    if not words:
        raise _unfit("an appeal needs the account holder's own words")
    if len(words) > MOST_WORDS:
        raise _unfit(f"an appeal has at most {MOST_WORDS:,} characters, not {len(words):,}")
    if len(filing.reference) > _MOST_ID or len(filing.case_id) > _MOST_ID or len(filing.key) > _MOST_KEY:
        raise _unfit("a reference, a case or a key is too long")
    names = (account, filing.reference, filing.case_id, filing.key)
    if not all(map(str.isprintable, (*names, words.translate(_BLANKS)))):
        raise _unfit("an appeal holds characters that cannot be shown")
    return dataclasses.replace(filing, account_id=account, words=words)


def _unfit(message: str) -> StillwatchError:
    return StillwatchError(message, code="SW-APL-02", hint="see `stillwatch appeal file --help`")
