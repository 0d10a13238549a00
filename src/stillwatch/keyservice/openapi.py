"""The OpenAPI document, made from the table of endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.keyservice.routes import Route

_ALWAYS: Final = {401: "no token, or one that is not valid", 403: "the token does not allow it"}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of these endpoints."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    inner = {name: {"type": "string"} for name in ("code", "message", "hint")}
    described = {"type": "object", "properties": inner, "required": list(inner)}
    error = {"type": "object", "properties": {"error": described}, "required": ["error"]}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stillwatch key service",
            "version": __version__,
            "description": "Evaluates blinded items for members; learns neither items nor results.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": error},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    media = "application/json" if route.gives is not None else "text/plain"
    answers: dict[str, Any] = {
        "200": {
            "description": route.summary,
            "content": {media: {"schema": route.gives or {"type": "string"}}},
        }
    }
    for status, meaning in sorted(((_ALWAYS if route.kinds else {}) | route.fails).items()):
        schema = {"$ref": "#/components/schemas/Error"} if status != 503 else {"type": "object"}
        answers[str(status)] = {"description": meaning, "content": {"application/json": {"schema": schema}}}
    name = f"{route.method.lower()}_{route.path.strip('/').replace('/', '_').replace('.', '_')}"
    operation: dict[str, Any] = {"operationId": name, "summary": route.summary, "responses": answers}
    if route.kinds:
        operation["security"] = [{"token": []}]
        operation["description"] = f"Needs the token of a {' or '.join(route.kinds)}."
    if route.takes is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": route.takes}},
        }
    return operation
