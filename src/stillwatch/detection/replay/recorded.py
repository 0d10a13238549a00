"""What a judgement rested on, small enough to keep: the decision's whole input, and each campaign as it was shown.

`Site` is what `decide.judge` was given: every candidate of the run with its detectors' figures, what figures weighed,
the thresholds, and which code it was. It holds account numbers, no names. `CampaignRecord` is one campaign with its
accounts by name and number. Both together can be judged again (`rejudging`), long after the traffic is gone. Their
bytes are the same whenever their content is, so a digest names them.
"""

from __future__ import annotations

from typing import Final, TypeAlias, TypeVar

import msgspec
import zstandard
from blake3 import blake3

from stillwatch.core.verdict import Call, Link, Reason  # noqa: TC001 (msgspec resolves annotations at run time)
from stillwatch.errors import ExitCode, StillwatchError

Constant: TypeAlias = int | float | str | dict[str, float]
FORMAT: Final = 1
_MAGIC: Final = b"stillwatch-evidence-1\n"
_DIGEST_BYTES: Final = 32
_LARGEST: Final = 2**31


class Candidate(msgspec.Struct, frozen=True, array_like=True):
    """One candidate at one checkpoint, and what was concluded about it.

    Attributes:
        numbers: every figure of `snapshots.Snapshot` that is one number, by its name there.
        exchanges: exchanges of its demand; ``accounts`` how many accounts sent them.
        accounts: see ``exchanges``.
        groups: account numbers as little-endian int32: every other array of `snapshots.Snapshot` by its name there,
            such as ``members``.
        figures: each detector's figure.
        others: decibans of reasons that rest on no figure, such as a registered app, by name.
        total: posterior decibans; ``p_value`` and ``confirmed`` as `decide.Decision` has them.
        p_value: see ``total``.
        confirmed: see ``total``.
        holders: account numbers, as ``members``, that registered authorisations keep from being called; ``within``
            those of them that did only what was agreed.
        within: see ``holders``.
        bearers: account numbers, as ``members``, that bear a mark which other members reported.
    """

    numbers: dict[str, int | float]
    exchanges: int
    accounts: int
    groups: dict[str, bytes]
    figures: dict[str, float]
    others: tuple[tuple[str, float], ...]
    total: float
    p_value: float
    confirmed: bool
    holders: bytes = b""
    within: bytes = b""
    bearers: bytes = b""


class Site(msgspec.Struct, frozen=True):
    """All candidates of one run and the rules they were judged by.

    Attributes:
        checkpoints: moment of each checkpoint (RFC 3339).
        fdr: level of the site test.
        scales: by kind of candidate: base, and by detector the numbers of its scale (`Scale.line`).
        scales_from: digest of what the scales were fitted to.
        constants: thresholds by module and name.
        code: BLAKE3 of the source of each module that decides.
        detectors: BLAKE3 of each detector's source.
        package: version of Stillwatch.
        config_digest: of the settings that verdicts depend on.
    """

    format: int
    checkpoints: tuple[str, ...]
    fdr: float
    scales: dict[str, tuple[float, dict[str, tuple[float, ...]]]]
    scales_from: str
    constants: dict[str, dict[str, Constant]]
    code: dict[str, str]
    detectors: dict[str, str]
    package: str
    config_digest: str
    candidates: tuple[Candidate, ...]


class AccountRecord(msgspec.Struct, frozen=True, array_like=True):
    """An account of a campaign.

    Attributes:
        number: its number among the site's accounts, -1 where there is none.
        first_bin: bin of the campaign's ``counts`` in which it first sent some of the demand, -1 where that was not
            recorded; ``last_bin`` likewise.
        last_bin: see ``first_bin``.
    """

    account_id: str
    number: int
    verdict: Call
    score: float
    exchanges: int
    campaign_exchanges: int
    first_alarm_ts: str | None
    first_bin: int = -1
    last_bin: int = -1


class Exemplar(msgspec.Struct, frozen=True, array_like=True):
    """An exchange that shows what a campaign asks for; ``request_id`` is empty where the log has none."""

    account_id: str
    request_id: str
    ts: str


class Pivot(msgspec.Struct, frozen=True, array_like=True):
    """A pseudonym (hex) that accounts of the campaign used and hardly anybody else: ``address`` or ``payment``.

    Attributes:
        accounts: how many of the campaign used it; ``users`` how many of the site, 0 where that was not recorded.
        users: see ``accounts``.
        members: which of the campaign did, as places in its ``accounts``.
        weight: how strongly it ties two of them, in decibans, by its rarity on the site.
    """

    kind: str
    value: str
    accounts: int
    users: int = 0
    members: tuple[int, ...] = ()
    weight: float = 0.0


class Lane(msgspec.Struct, frozen=True, array_like=True):
    """When one account sent its part of the demand; ``counts`` has the campaign's bins."""

    account_id: str
    counts: tuple[int, ...]


class CampaignRecord(msgspec.Struct, frozen=True):
    """One campaign as a run concluded it; fields as in `core.verdict.Campaign`.

    Attributes:
        tracks: its candidates in the site, the strongest first; empty where no site was recorded.
        start: of the demand's first bin of ``counts``, which hold all accounts together.
        step_seconds: width of a bin.
        site: digest of the `Site` it was judged in; empty where none was recorded.
        lanes: of the accounts that sent most of the demand, the busiest first.
    """

    campaign_id: str
    verdict: Call
    score: float
    exchanges: int
    leaked: int
    first_ts: str
    last_ts: str
    first_alarm_ts: str | None
    reasons: tuple[Reason, ...]
    innocent_explanation: str
    missing: tuple[str, ...]
    links: tuple[Link, ...]
    start: str
    step_seconds: int
    counts: tuple[int, ...]
    accounts: tuple[AccountRecord, ...]
    tracks: tuple[int, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    pivots: tuple[Pivot, ...] = ()
    site: str = ""
    lanes: tuple[Lane, ...] = ()


class Record(msgspec.Struct, frozen=True):
    """A run: its campaigns and, where one was kept, the site they were judged in.

    Attributes:
        site: bytes of the `Site`; empty where none was recorded.
        judged_until: moment of the last exchange (RFC 3339); None for an empty log.
    """

    campaigns: tuple[CampaignRecord, ...]
    site: bytes
    judged_until: str | None


_Kept = TypeVar("_Kept", Site, CampaignRecord, Record)
_ENCODER: Final = msgspec.msgpack.Encoder(order="deterministic")
_SITE: Final = msgspec.msgpack.Decoder(Site)
_CAMPAIGN: Final = msgspec.msgpack.Decoder(CampaignRecord)
_RECORD: Final = msgspec.msgpack.Decoder(Record)


def encoded(value: Site | CampaignRecord) -> bytes:
    """Its bytes, equal whenever the content is."""
    return _ENCODER.encode(value)


def address(content: bytes) -> str:
    """The name of some content: BLAKE3 in hex."""
    return blake3(content).hexdigest()


def site_from(content: bytes) -> Site:
    """The site that `encoded` wrote.

    Raises:
        StillwatchError: it is none, or a newer version wrote it.
    """
    return _decoded(_SITE, content, "the record of a site")


def campaign_from(content: bytes) -> CampaignRecord:
    """The campaign that `encoded` wrote.

    Raises:
        StillwatchError: it is none.
    """
    return _decoded(_CAMPAIGN, content, "the record of a campaign")


def packed(record: Record) -> bytes:
    """A run as a file: a mark, the digest of what follows, and the run, compressed."""
    content = zstandard.ZstdCompressor(level=6).compress(_ENCODER.encode(record))
    return _MAGIC + blake3(content).digest() + content


def unpacked(content: bytes, where: str) -> Record:
    """The run that `packed` wrote.

    Raises:
        StillwatchError: the file is none, or is damaged.
    """
    begin = len(_MAGIC) + _DIGEST_BYTES
    digest, rest = content[len(_MAGIC) : begin], content[begin:]
    if not content.startswith(_MAGIC) or blake3(rest).digest() != digest:
        raise _damaged("the evidence of a run", where)
    try:
        whole = zstandard.ZstdDecompressor().decompress(rest, max_output_size=_LARGEST)
    except zstandard.ZstdError as error:
        raise _damaged("the evidence of a run", where) from error
    return _decoded(_RECORD, whole, "the evidence of a run", where)


def _decoded(decoder: msgspec.msgpack.Decoder[_Kept], content: bytes, what: str, where: str = "") -> _Kept:
    try:
        return decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(what, where) from error


def _damaged(what: str, where: str) -> StillwatchError:
    return StillwatchError(
        f"{what} is damaged or of another version",
        code="SW-DETECT-20",
        where=where,
        hint="run `stillwatch detect` again, or read it with the version of stillwatch that wrote it",
        exit_code=ExitCode.UNREADABLE,
    )
