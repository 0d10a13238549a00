"""The OpenAPI document of what programs get: the JSON twin and the tables of every page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from stillwatch import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.console.contract import Page

_ERROR: Final = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("code", "message", "hint")},
            "required": ["code", "message", "hint"],
        }
    },
    "required": ["error"],
}


def document(found: Iterable[Page]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of these pages' twins."""
    paths: dict[str, Any] = {}
    for page in found:
        paths[f"{page.path}.json"] = {"get": _look(page, "json", "application/json")}
        paths[f"{page.path}.csv"] = {"get": _look(page, "csv", "text/csv")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stillwatch console",
            "version": __version__,
            "description": "What its pages show, as data. Acts are forms of the pages; programs use the node's API.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": _ERROR},
        },
        "security": [{"token": []}],
    }


def _look(page: Page, kind: str, media: str) -> dict[str, Any]:
    needs = f"needs a role with the act `{page.act}`" if page.act is not None else "for whoever has a token"
    names = re.findall(r"{(\w+)}", page.path)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    if kind == "csv":
        table = "which of the page's tables, by its key in the JSON; the first unless given"
        parameters.append(
            {"name": "table", "in": "query", "required": False, "schema": {"type": "string"}}
            | {"description": table}
        )
    problem = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    return {
        "operationId": f"{page.name}_{kind}",
        "summary": f"{page.title}; {needs}",
        "parameters": parameters,
        "responses": {
            "200": {"description": "what the page shows", "content": {media: {"schema": {}}}},
            "401": {"description": "no token, or one that is not valid", **problem},
            "403": {"description": "none of the person's roles includes it", **problem},
            "404": {"description": "there is no such thing, or no such table", **problem},
        },
    }
