"""A notification to a government: what people wrote about one campaign, each finding with what it rests on.

It is read from a draft (`drafts`), checked for personal data (`personal_data`), shown as a report
(``reporting.government_report``) and as STIX (`bundle`), approved, and only then sent.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from stillwatch.core.indicator import Marking  # noqa: TC001 (needed when a kept notification is read back)
from stillwatch.sharing.preview import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Iterator


class Basis(enum.StrEnum):
    """What a finding rests on."""

    OBSERVED = "observed"  # seen in the lab's own traffic or records
    INFERRED = "inferred"  # concluded from what was seen
    REPORTED = "reported"  # somebody else says so


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One answer to one of the questions."""

    text: str
    basis: Basis


@dataclasses.dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who provides networks of fraudulent accounts.

    Attributes:
        role: what it did: opened accounts, passed requests on, paid.
        offices: physical places; empty where not known. ``data_centres`` likewise.
        data_centres: see ``offices``.
    """

    name: str
    role: str
    offices: tuple[str, ...]
    data_centres: tuple[str, ...]
    basis: Basis


@dataclasses.dataclass(frozen=True, slots=True)
class Extent:
    """How large the campaign was, as far as this lab saw it; None where that is not known.

    Attributes:
        first_seen: ``YYYY-MM-DD``, as is ``last_seen``.
        leaked: exchanges answered before the first alarm.
    """

    first_seen: str | None
    last_seen: str | None
    accounts: int | None
    exchanges: int | None
    leaked: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Notification:
    """One notification.

    Attributes:
        notification_id: ``ntf-`` and a number of the lab's own.
        case_id: the case it was prepared from; empty for none. It stays in the lab.
        agency: whom it is for.
        prepared: the day, ``YYYY-MM-DD``.
        submitter: the lab's name; told only with ``name_submitter``.
        name_submitter: whether the lab consented to being named.
        contact: how the agency may ask back; told only with ``name_submitter``.
        techniques: MITRE ATLAS ids.
        findings: by the key of the question; a question that is missing here is not known.
        providers: see `questions.PROVIDERS`.
        doubts: what speaks against it, or would be an honest cause of the same picture.
        confidence: that it is adversarial distillation, 0 to 100 in steps of ten.
        directly_related: parts whose personal data belongs directly to the threat and therefore stays.
    """

    notification_id: str
    case_id: str
    agency: str
    prepared: str
    marking: Marking
    submitter: str
    name_submitter: bool
    contact: str
    extent: Extent
    techniques: tuple[str, ...]
    findings: dict[str, tuple[Finding, ...]]
    providers: tuple[Provider, ...]
    doubts: tuple[str, ...]
    confidence: int
    directly_related: tuple[str, ...] = ()

    def texts(self) -> Iterator[tuple[str, str]]:
        """Everything that people wrote, each with the name of its place, as in ``entities.1``."""
        for key, found in self.findings.items():
            for number, finding in enumerate(found, 1):
                yield f"{key}.{number}", finding.text
        for number, provider in enumerate(self.providers, 1):
            words = (provider.name, provider.role, *provider.offices, *provider.data_centres)
            yield f"providers.{number}", "\n".join(words)
        for number, doubt in enumerate(self.doubts, 1):
            yield f"doubts.{number}", doubt


def payload_digest(notification: Notification, stix: bytes) -> str:
    """What an approval is given for: every word of the notification and every byte that would be sent."""
    return digest(canonical(dataclasses.asdict(notification)) + b"\n" + stix)
