"""The description of the endpoints, ``/api/openapi.json``."""

from typing import Any

from orchestration.serving.accepting import Writable
from orchestration.serving.endpoints import ENDPOINTS
from orchestration.serving.writables import EXPORT, WRITABLES

__all__ = ["openapi"]


def openapi(version: str, *, accepts: bool = False) -> dict[str, Any]:
    """Return the description of all endpoints, as OpenAPI 3.1.

    Parameters
    ----------
    version : str
        Version of the project.
    accepts : bool
        Whether records can be sent.
    """
    error = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string"}, "field": {"type": "string"}, "allowed": {}},
    }
    failure = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    paths: dict[str, dict[str, Any]] = {
        endpoint.path: {
            "get": {
                "summary": endpoint.summary,
                "parameters": [parameter.described() for parameter in endpoint.parameters],
                "responses": {
                    "200": {
                        "description": "The answer.",
                        "content": {
                            endpoint.media_type.partition(";")[0]: {
                                "schema": {"type": endpoint.answer_type}
                            }
                        },
                    },
                    "405": {"description": "Only GET is supported.", **failure},
                    "401": {"description": "A password is needed.", **failure},
                    "403": {"description": "The password is wrong.", **failure},
                    "404": {"description": "There is no such thing.", **failure},
                    "422": {"description": "A parameter is not valid.", **failure},
                    "503": {"description": "Too many queries, or no build yet.", **failure},
                },
            }
        }
        for endpoint in ENDPOINTS
    }
    for writable in (*WRITABLES, EXPORT) if accepts else ():
        paths.setdefault(writable.path, {})[writable.method.lower()] = _sent(writable, failure)
    return {
        "openapi": "3.1.0",
        "info": {"title": "tokenhouse", "version": version},
        "paths": paths,
        "components": {
            "schemas": {"Error": error},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{}, {"basic": []}, {"bearer": []}],
    }


def _sent(writable: Writable, failure: dict[str, Any]) -> dict[str, Any]:
    """Return the description of something that can be sent."""
    done = {
        "description": "The file is written." if writable is EXPORT else "Loading takes it.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    described: dict[str, Any] = {
        "summary": writable.summary,
        "responses": {
            "200" if writable is EXPORT else "202": done,
            "401": {"description": "A password is needed.", **failure},
            "403": {"description": "A token is needed, or the password is wrong.", **failure},
            "404": {"description": "There is no such thing.", **failure},
            "405": {"description": "The method is not supported.", **failure},
            "413": {"description": "The body is too long.", **failure},
            "415": {"description": "The body is no JSON.", **failure},
            "422": {"description": "The body is not valid.", **failure},
            "503": {"description": "Nothing can be written, or no build yet.", **failure},
        },
    }
    names = [part[1:-1] for part in writable.path.split("/") if part.startswith("{")]
    if names:
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    if writable.fields:
        schema: dict[str, Any] = {
            "type": "object",
            "required": [field.name for field in writable.fields if field.is_required],
            "properties": {field.name: field.described() for field in writable.fields},
            "additionalProperties": False,
        }
        if writable.one_of:
            schema["anyOf"] = [{"required": [name]} for name in writable.one_of]
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return described
