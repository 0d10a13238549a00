"""How a reply is kept in a record of the archive, and read from there again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.attribution.querying.reply import Reply

if TYPE_CHECKING:
    from stillwatch.attribution.archive.records import Record
    from stillwatch.attribution.querying.question import Question


def answer_fields(asked: Question, reply: Reply) -> dict[str, Any]:
    """What a record of an answer says; what the endpoint did not tell is left out."""
    fields: dict[str, Any] = {
        "prompt": asked.prompt_id,
        "sample": asked.sample,
        "text": reply.text,
        "finish": reply.finish,
        "served": reply.served,
        "fingerprint": reply.fingerprint,
        "headers": dict(reply.headers),
        "pieces": reply.pieces,
        "logprobs": reply.logprobs,
        "top_logprobs": reply.top_logprobs,
        "tries": reply.tries,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", {})}


def reply_of(record: Record) -> Reply:
    """The reply that a record of an answer keeps."""
    found = record.fields
    tops = found.get("top_logprobs")
    return Reply(
        text=str(found.get("text", "")),
        finish=str(found.get("finish", "")),
        served=str(found.get("served", "")),
        fingerprint=str(found.get("fingerprint", "")),
        headers=tuple(sorted(found.get("headers", {}).items())),
        pieces=_tuple(found.get("pieces")),
        logprobs=_tuple(found.get("logprobs")),
        top_logprobs=None if tops is None else tuple(tops),
        tries=int(found.get("tries", 1)),
    )


def _tuple(values: Any) -> Any:
    return None if values is None else tuple(values)
