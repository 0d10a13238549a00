"""JSON schemas of what goes over the wire, by name; endpoints and the OpenAPI document refer to them."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_COUNT: Final = {"type": "integer", "minimum": 0}
_FLAG: Final = {"type": "boolean"}
_TIME: Final = {"type": "string", "format": "date-time"}
_HEX: Final = {"type": "string", "pattern": "^[0-9a-f]*$"}


def _object(
    required: dict[str, Any], optional: dict[str, Any] | None = None, *, closed: bool = True
) -> dict[str, Any]:
    """A schema of a JSON object; closed ones have no other members."""
    made: dict[str, Any] = {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
    }
    return made | ({"additionalProperties": False} if closed else {})


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "Anything": {"type": "object"},
    "Health": _object({"status": {"const": "alive"}}),
    "Ready": _object({"status": {"enum": ["ready", "not ready"]}, "problems": _TEXTS}),
    "Error": _object({"error": _object({"code": _TEXT, "message": _TEXT, "hint": _TEXT})}),
    "TaxiiError": _object(
        {"title": _TEXT, "error_code": _TEXT, "http_status": _TEXT}, {"description": _TEXT}
    ),
    "Discovery": _object({"title": _TEXT, "description": _TEXT, "default": _TEXT, "api_roots": _TEXTS}),
    "ApiRoot": _object({"title": _TEXT, "versions": _TEXTS, "max_content_length": _COUNT}),
    "Collection": _object(
        {
            "id": {"type": "string", "format": "uuid"},
            "title": _TEXT,
            "description": _TEXT,
            "alias": _TEXT,
            "can_read": _FLAG,
            "can_write": _FLAG,
            "media_types": _TEXTS,
        }
    ),
    "Collections": _object({}, {"collections": _list("Collection")}),
    "Submission": _object(
        {"objects": {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 5_000}},
        closed=False,
    ),
    "Envelope": _object(
        {}, {"more": _FLAG, "next": _TEXT, "objects": {"type": "array", "items": {"type": "object"}}}
    ),
    "Listed": _object({"id": _TEXT, "date_added": _TIME, "version": _TEXT, "media_type": _TEXT}),
    "Manifest": _object({}, {"more": _FLAG, "next": _TEXT, "objects": _list("Listed")}),
    "Versions": _object({}, {"more": _FLAG, "next": _TEXT, "versions": _TEXTS}),
    "Success": _object(
        {"id": _TEXT, "version": _TEXT, "message": _TEXT, "x_stored_as": _TEXT, "x_stored_version": _TEXT}
    ),
    "Failure": _object({"id": _TEXT, "version": _TEXT, "message": _TEXT, "x_rule": _TEXT}),
    "Status": _object(
        {
            "id": {"type": "string", "format": "uuid"},
            "status": {"const": "complete"},
            "request_timestamp": _TIME,
            "total_count": _COUNT,
            "success_count": _COUNT,
            "failure_count": _COUNT,
            "pending_count": {"const": 0},
        },
        {"successes": _list("Success"), "failures": _list("Failure")},
    ),
    "Head": _object(
        {"log_id": _HEX, "size": _COUNT, "root": _HEX, "ts": _TIME, "key_id": _HEX, "signature": _HEX}
    ),
    "Proof": _object({"path": {"type": "array", "items": _HEX}}),
    "Entry": _object({"index": _COUNT, "leaf": _TEXT}),
    "Entries": _object({"entries": _list("Entry")}),
    "Receipt": _object(
        {
            "id": _TEXT,
            "version": _TEXT,
            "object_path": {"type": "array", "items": _HEX},
            "object_index": _COUNT,
            "objects": _COUNT,
            "entry": {"$ref": "#/components/schemas/Entry"},
            "entry_path": {"type": "array", "items": _HEX},
            "head": {"$ref": "#/components/schemas/Head"},
        },
        {"salt": _HEX, "reporter": _TEXT},
    ),
    "Retraction": _object({"id": _TEXT, "version": _TEXT, "collection": _TEXT, "date_added": _TIME}),
    "Retractions": _object({"retractions": _list("Retraction"), "more": _FLAG}, {"next": _TEXT}),
    "Acknowledge": _object({"ids": {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 1_000}}),
    "Acknowledged": _object({"acknowledged": _COUNT}),
    "Acknowledgement": _object({"member": _TEXT, "ts": _TIME}),
    "Acknowledgements": _object({"id": _TEXT, "acknowledged": _list("Acknowledgement"), "pending": _TEXTS}),
    "Member": _object(
        {"name": _TEXT, "kind": _TEXT, "identity": _TEXT, "shown": _FLAG},
    ),
    "You": _object(
        {
            "name": _TEXT,
            "kind": _TEXT,
            "identity": _TEXT,
            "shown": _FLAG,
            "tier": {"enum": ["full", "basic", "restricted"]},
            "told_after_days": _COUNT,
            "given": _object(
                {"right": _COUNT, "wrong": _COUNT, "checked": _COUNT, "points": _COUNT},
            ),
        }
    ),
    "Members": _object(
        {"you": {"$ref": "#/components/schemas/You"}, "hub": _TEXT, "members": _list("Member")}
    ),
}
