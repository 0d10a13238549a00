"""Drafts of notifications: a TOML file that a person fills in, written once with what the case says and then read."""

from __future__ import annotations

import datetime
import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stillwatch.core.indicator import Marking
from stillwatch.core.vocabulary import TECHNIQUES
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.government.notification import Basis, Extent, Finding, Notification, Provider
from stillwatch.sharing.government.questions import PROVIDERS, QUESTIONS

_TOP: Final = {
    "id": str,
    "case": str,
    "agency": str,
    "prepared": datetime.date,
    "marking": str,
    "submitter": str,
    "name_submitter": bool,
    "contact": str,
    "techniques": list,
    "doubts": list,
    "directly_related": list,
    "confidence": int,
    "campaign": dict,
}
_CAMPAIGN: Final = ("first_seen", "last_seen", "accounts", "exchanges", "leaked")
_PROVIDER: Final = ("name", "role", "offices", "data_centres", "basis")
_ANSWERED: Final = tuple(q for q in QUESTIONS if q is not PROVIDERS)


def read_draft(path: Path) -> Notification:
    """The notification of a draft.

    Raises:
        StillwatchError: SW-GOV-01 the file cannot be read; SW-GOV-02 a part is missing or wrong, with its place.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise StillwatchError(
            f"the draft cannot be read ({error})",
            code="SW-GOV-01",
            where=str(path),
            hint="stillwatch notify draft CASE writes one to fill in",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    draft = _Draft(found, str(path))
    return Notification(
        notification_id=draft.text("id"),
        case_id=draft.text("case", needed=False),
        agency=draft.text("agency"),
        prepared=draft.day("prepared"),
        marking=Marking(draft.word("marking", tuple(Marking))),
        submitter=draft.text("submitter"),
        name_submitter=bool(draft.take("name_submitter", False)),
        contact=draft.text("contact", needed=False),
        extent=draft.extent(),
        techniques=draft.words("techniques", tuple(TECHNIQUES)),
        findings={q.key: answers for q in _ANSWERED if (answers := draft.findings(q.key))},
        providers=draft.providers(),
        doubts=draft.texts("doubts"),
        confidence=draft.confidence(),
        directly_related=draft.texts("directly_related"),
    )


class _Draft:
    """A parsed file whose parts are taken out with their place named when they are wrong."""

    def __init__(self, found: Mapping[str, Any], where: str) -> None:
        self._found = found
        self._where = where
        known = [*_TOP, *(q.key for q in QUESTIONS)]
        for key in found:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                raise self._wrong(key, "is nothing a draft has", f"did you mean `{near[0]}`?" if near else "")

    def take(self, key: str, absent: Any) -> Any:
        """A top-level value of the right type."""
        value = self._found.get(key, absent)
        if not isinstance(value, _TOP[key]):
            raise self._wrong(key, f"is no {_TOP[key].__name__}")
        return value

    def confidence(self) -> int:
        """0 to 100 in steps of ten."""
        value = int(self.take("confidence", 50))
        if value not in range(0, 101, 10):
            raise self._wrong("confidence", "goes from 0 to 100 in steps of ten")
        return value

    def text(self, key: str, *, needed: bool = True) -> str:
        """A line of text."""
        value = str(self.take(key, "")).strip()
        if needed and not value:
            raise self._wrong(key, "is empty")
        return value

    def day(self, key: str) -> str:
        """A day."""
        return str(self.take(key, None).isoformat())

    def word(self, key: str, words: tuple[str, ...]) -> str:
        """A word of a list."""
        return self._word(key, self.text(key), words)

    def words(self, key: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """Several words of a list."""
        return tuple(self._word(key, each, words) for each in self.texts(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Several lines of text; empty ones are left out."""
        return self._strings(key, self.take(key, []))

    def extent(self) -> Extent:
        """The table ``campaign``."""
        table = self.take("campaign", {})
        for key in table:
            if key not in _CAMPAIGN:
                raise self._wrong(
                    f"campaign.{key}", f"is not said of a campaign; there are {', '.join(_CAMPAIGN)}"
                )
        days: list[str | None] = []
        for key in _CAMPAIGN[:2]:
            day = table.get(key)
            if day is not None and not isinstance(day, datetime.date):
                raise self._wrong(f"campaign.{key}", "is no day such as 2026-03-01")
            days.append(None if day is None else day.isoformat()[:10])
        counts: list[int | None] = []
        for key in _CAMPAIGN[2:]:
            count = table.get(key)
            if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
                raise self._wrong(f"campaign.{key}", "is no count")
            counts.append(count)
        return Extent(days[0], days[1], *counts)

    def findings(self, key: str) -> tuple[Finding, ...]:
        """The answers to a question; those without text are left out."""
        found = []
        for number, table in enumerate(self._tables(key), 1):
            where = f"{key}.{number}"
            self._only(where, table, ("text", "basis"))
            if text := self._line(where, table, "text"):
                found.append(Finding(text, self._basis(where, table)))
        return tuple(found)

    def providers(self) -> tuple[Provider, ...]:
        """The providers; those without a name are left out."""
        found = []
        for number, table in enumerate(self._tables(PROVIDERS.key), 1):
            where = f"{PROVIDERS.key}.{number}"
            self._only(where, table, _PROVIDER)
            if name := self._line(where, table, "name"):
                offices, centres = (self._strings(f"{where}.{k}", table.get(k, [])) for k in _PROVIDER[2:4])
                role = self._line(where, table, "role")
                found.append(Provider(name, role, offices, centres, self._basis(where, table)))
        return tuple(found)

    def _tables(self, key: str) -> list[dict[str, Any]]:
        tables = self._found.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            raise self._wrong(key, f"is no table [[{key}]]")
        return tables

    def _only(self, where: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        for name in table:
            if name not in known:
                raise self._wrong(f"{where}.{name}", f"is nothing it has; there are {', '.join(known)}")

    def _line(self, where: str, table: dict[str, Any], key: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(f"{where}.{key}", "is no text")
        return value.strip()

    def _basis(self, where: str, table: dict[str, Any]) -> Basis:
        return Basis(self._word(f"{where}.basis", self._line(where, table, "basis"), tuple(Basis)))

    def _strings(self, key: str, values: Any) -> tuple[str, ...]:
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise self._wrong(key, "is no list of texts")
        return tuple(each.strip() for each in values if each.strip())

    def _word(self, key: str, value: str, words: tuple[str, ...]) -> str:
        if value not in words:
            near = difflib.get_close_matches(value, words, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(words)}"
            raise self._wrong(key, f"cannot be '{value}'", hint)
        return value

    def _wrong(self, key: str, what: str, hint: str = "") -> StillwatchError:
        return StillwatchError(
            f"`{key}` {what}",
            code="SW-GOV-02",
            where=self._where,
            hint=hint or "docs/how-to/notify-a-government.md",
        )
