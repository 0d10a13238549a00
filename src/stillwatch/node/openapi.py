"""The OpenAPI document, made from the table of routes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from stillwatch import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.node.routes import Body, Field, Route

_ALWAYS: Final = {401: "no token, or one that is not valid", 403: "the token lacks the scope"}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of these routes."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stillwatch node",
            "version": __version__,
            "description": "Takes exchanges in, keeps verdicts current, answers what an account may do.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": _error()},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": _answer(route.gives)}
    fails = dict(route.fails)
    operation: dict[str, Any] = {"operationId": route.name, "summary": route.summary}
    if route.right is not None:
        fails = _ALWAYS | fails
        operation["security"] = [{"token": [route.right.value]}]
        operation["description"] = f"Needs a token with the scope `{route.right.value}`."
    for status in sorted(fails):
        answers[str(status)] = {
            "description": fails[status],
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
    operation["responses"] = answers
    declared = {field.name for field in route.parameters if field.where == "path"}
    implied = [name for name in re.findall(r"{(\w+)}", route.path) if name not in declared]
    if implied:
        raise AssertionError(f"{route.path} does not describe {implied}")
    if route.parameters:
        operation["parameters"] = [_parameter(field) for field in route.parameters]
    if route.takes is not None:
        operation["requestBody"] = {"required": True, "content": _content(route.takes)}
    return operation


def _answer(body: Body | None) -> dict[str, Any]:
    if body is None:
        return {"description": "done"}
    return {"description": body.about, "content": _content(body)}


def _content(body: Body) -> dict[str, Any]:
    schema = _object(body.fields) if body.fields else {}
    return {media: {"schema": schema | {"description": body.about}} for media in body.media}


def _object(fields: Iterable[Field]) -> dict[str, Any]:
    fields = tuple(fields)
    described: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: _schema(field) for field in fields},
    }
    needed = [field.name for field in fields if field.required]
    return described | ({"required": needed} if needed else {})


def _parameter(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "in": field.where,
        "required": field.required or field.where == "path",
        "description": field.about,
        "schema": _schema(field, described=False),
    }


def _schema(field: Field, *, described: bool = True) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": field.kind}
    if field.kind == "array":
        schema["items"] = {}
    if field.choices:
        schema["enum"] = list(field.choices)
    return schema | ({"description": field.about} if described else {})


def _error() -> dict[str, Any]:
    inner = {name: {"type": "string"} for name in ("code", "message", "hint")}
    described = {"type": "object", "properties": inner, "required": list(inner)}
    return {"type": "object", "properties": {"error": described}, "required": ["error"]}
