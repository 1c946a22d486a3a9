"""Lists of what this company has none of, and what a single one of those is called."""

from collections.abc import Callable

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.errors import Refused, bad_fields, missing
from closebot.sandbox.close_api.store import Json

_MODELS = {
    "/blocked_phone_number/": "BlockedPhoneNumber",
    "/bulk_action/delete/": "BulkDelete",
    "/bulk_action/edit/": "BulkEdit",
    "/bulk_action/email/": "BulkEmail",
    "/bulk_action/sequence_subscription/": "BulkSequenceSubscription",
    "/comment/": "Comment",
    "/comment_thread/": "CommentThread",
    "/connected_account/": "ConnectedAccount",
    "/custom_activity/": "CustomActivityType",
    "/custom_field/activity/": "ActivityCustomField",
    "/custom_field/custom_object_type/": "CustomObjectCustomField",
    "/custom_field/shared/": "SharedCustomField",
    "/custom_object/": "CustomObject",
    "/custom_object_type/": "CustomObjectType",
    "/dialer/": "Dialer",
    "/playbook/": "Playbook",
    "/scheduling_link/": "UserSchedulingLink",
    "/send_as/": "SendAs",
    "/sequence/": "Sequence",
    "/sequence_subscription/": "SequenceSubscription",
    "/shared_scheduling_link/": "SharedSchedulingLink",
}
_WHOSE = ("sequence_id", "contact_id", "lead_id")
_SHARED = "/custom_field/shared/{id}/association/{object_type}/"


_MOST = 1000  # which clients do ask for


def _list_none(asked: Asked) -> Json:
    read_window(asked.params, _MOST)
    return {"data": [], "has_more": False}


def _list_subscriptions(asked: Asked) -> Json:
    if not any(asked.params.get(name) for name in _WHOSE):
        sentence = "At least one of sequence_id, contact_id, lead_id is required."
        raise Refused(400, {"errors": [sentence], "field-errors": {}})
    return _list_none(asked)


def _list_comments(asked: Asked) -> Json:
    if bool(asked.params.get("object_id")) is bool(asked.params.get("thread_id")):
        sentence = "Exactly one of object_id, thread_id is required."
        raise Refused(400, {"errors": [sentence], "field-errors": {}})
    return _list_none(asked)


def _list_objects(asked: Asked) -> Json:
    if not asked.params.get("lead_id"):
        raise bad_fields(lead_id="This field is required.")
    return _list_none(asked)


# What is asked for without the filter that it needs is refused; the words are not recorded.
_LISTS: dict[str, Callable[[Asked], Json]] = {
    "/comment/": _list_comments,
    "/custom_object/": _list_objects,
    "/sequence_subscription/": _list_subscriptions,
}


def _routes(path: str, model: str) -> tuple[Route, ...]:
    def get(_asked: Asked) -> Json:
        raise missing(model)

    return (
        Route("GET", path, _LISTS.get(path, _list_none)),
        Route("GET", path + "{id}/", get),
    )


def _find_no_association(_asked: Asked) -> Json:
    raise missing("SharedCustomFieldAssociation")


def _get_phone_settings(_asked: Asked) -> Json:
    return {"reject_anonymous_inbound_calls": False}


ROUTES = (
    *(route for path, model in _MODELS.items() for route in _routes(path, model)),
    Route("GET", _SHARED, _find_no_association),
    Route("GET", "/blocked_phone_number/settings/", _get_phone_settings),
    Route("GET", "/unsubscribe/email/", _list_none),
)
