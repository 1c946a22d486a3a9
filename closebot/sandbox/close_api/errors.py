"""How Close says no: its error bodies, word for word where they are known."""

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """An answer with an error status. `body` is sent as it is; `headers` are added."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


class Invalid(Exception):
    """A value is not valid: a sentence, or what is wrong inside it."""

    def __init__(self, problem: str | Json) -> None:
        super().__init__(str(problem))
        self.problem = problem


def missing(model: str) -> Refused:
    """Say that an id in an address belongs to nothing."""
    return Refused(404, {"error": f"Empty query: {model} matching query does not exist."})


def bad_request(sentence: str) -> Refused:
    """Say that a request makes no sense."""
    return Refused(400, {"error": sentence})


def bad_fields(**fields: str | Json) -> Refused:
    """Say which fields are not valid; a name loses its `_id`."""
    return Refused(400, describe_fields(fields))


def bad_query(sentence: str) -> Refused:
    """Say why a search cannot be understood."""
    return Refused(400, {"errors": [sentence], "field-errors": {}})


def describe_fields(fields: dict[str, str | Json]) -> Json:
    """Write field errors as Close does."""
    named = {name.removesuffix("_id"): problem for name, problem in fields.items()}
    return {"errors": [], "field-errors": named}


def not_found() -> Refused:
    """Say that an address leads nowhere."""
    return Refused(
        404,
        {
            "error": "The requested URL was not found on the server. If you entered the URL "
            "manually please check your spelling and try again."
        },
    )
