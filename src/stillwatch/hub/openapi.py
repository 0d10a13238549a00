"""The OpenAPI document, made from the table of routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch import __version__
from stillwatch.hub.replies import JSON
from stillwatch.hub.schemas import SCHEMAS
from stillwatch.hub.taxii.media import TAXII

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.hub.routes import Body, Parameter, Route

ALWAYS: Final = {
    401: "no credentials, or none that are valid",
    403: "the member or its credential may not do this",
    429: "too much within a minute or a day; Retry-After says how long to wait",
}
"""What every endpoint for members may answer besides."""
_NOT_ACCEPTED: Final = {406: "the client takes none of the media types that are given"}


def fails(route: Route) -> dict[int, str]:
    """The statuses of failure that a route may answer with."""
    found = dict(route.fails)
    if route.scope is not None:
        found = ALWAYS | {503: "the database does not answer"} | found
    if route.taxii:
        found = _NOT_ACCEPTED | found
    return dict(sorted(found.items()))


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of these routes."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stillwatch hub",
            "version": __version__,
            "description": "A TAXII 2.1 server for indicators, sightings and advisories on adversarial distillation.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "schemas": SCHEMAS,
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if route.status not in fails(route) and route.answers.about != "never":
        answers[str(route.status)] = _answer(route.answers)
    form = "TaxiiError" if route.taxii else "Error"
    for status, about in fails(route).items():
        schema = "Ready" if route.path == "/readyz" else form
        answers[str(status)] = {
            "description": about,
            "content": {TAXII if route.taxii else JSON: {"schema": _ref(schema)}},
        }
    operation: dict[str, Any] = {"operationId": route.name, "summary": route.summary, "responses": answers}
    if route.scope is not None:
        operation["security"] = [{"bearer": []}, {"basic": []}]
        operation["description"] = f"Needs a credential with the scope `{route.scope.value}`."
    if route.parameters:
        operation["parameters"] = [_parameter(each) for each in route.parameters]
    if route.takes is not None:
        content = {route.takes.media: {"schema": _ref(route.takes.schema)}}
        operation["requestBody"] = {"required": True, "description": route.takes.about, "content": content}
    return operation


def _answer(body: Body) -> dict[str, Any]:
    schema = _ref(body.schema) if body.schema else {"type": "string"}
    found: dict[str, Any] = {"description": body.about, "content": {body.media: {"schema": schema}}}
    if body.headers:
        found["headers"] = {name: {"schema": {"type": "string"}} for name in body.headers}
    return found


def _parameter(each: Parameter) -> dict[str, Any]:
    return {
        "name": each.name,
        "in": each.where,
        "required": each.required or each.where == "path",
        "description": each.about,
        "schema": dict(each.schema),
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
