"""The description of the endpoints, ``/api/openapi.json``."""

from typing import Any

from orchestration.serving.endpoints import ENDPOINTS

__all__ = ["openapi"]


def openapi(version: str) -> dict[str, Any]:
    """Return the description of all endpoints, as OpenAPI 3.1.

    Parameters
    ----------
    version : str
        Version of the project.
    """
    error = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string"}, "field": {"type": "string"}, "allowed": {}},
    }
    failure = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    paths = {
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
