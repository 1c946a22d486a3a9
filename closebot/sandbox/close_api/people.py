"""`/me/`, `/user/` and `/organization/`: who works here."""

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.custom import list_definitions
from closebot.sandbox.close_api.errors import missing
from closebot.sandbox.close_api.phones import describe_phone
from closebot.sandbox.close_api.roles import permissions_of
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.views import (
    read_fields,
    select_fields,
    show_pipeline,
    show_user,
)

_SHOWN_OF_USER = ("email", "first_name", "image", "last_name")
_MOST_USERS = 1000  # as many as known clients ask for at once


def show_me(store: Store, user_id: str) -> Json:
    """Show a user to themselves."""
    user, membership = store.users[user_id], store.memberships[user_id]
    number = membership["phone_number"]
    return {
        **show_user(user),
        "all_group_numbers": [],
        "connected_accounts": [],
        "country": store.organization["country"],
        "email_accounts": [],
        "email_signatures": [
            {
                "id": membership["signature_id"],
                "membership_id": membership["id"],
                "value": f"--<br>{store.user_name(user_id)}",
            }
        ],
        "is_passwordless": True,
        "memberships": [_show_membership(store, user_id)],
        "organizations": [show_organization(store)],
        "outbound_carrier": "twilio",
        "phone": number,
        "phone_numbers": [_show_number(store, user_id)],
        "preferred_twilio_edge": None,
        "totp_auth_state": "disabled",
    }


def _show_membership(store: Store, user_id: str) -> Json:
    membership = store.memberships[user_id]
    return {
        "auto_record_calls": "unset",
        "country": store.organization["country"],
        "default_caller_id": membership["phone_id"],
        "hangup_recording_url": None,
        "id": membership["id"],
        "is_free": False,
        "may_workflows_impersonate": False,
        "onboarding_status": "done",
        "organization_id": store.organization_id,
        "permissions_granted": permissions_of(membership["role_id"]),
        "plan_type": store.organization["plan_type"],
        "primary_personal_number": membership["phone_id"],
        "record_calls": False,
        "role": membership["role_id"],
        "role_id": membership["role_id"],
        "show_onboarding": False,
        "track_email_opens": True,
        "user_id": user_id,
    }


def _show_number(store: Store, user_id: str) -> Json:
    membership = store.memberships[user_id]
    number = membership["phone_number"]
    described = describe_phone(number)
    return {
        "address_id": None,
        "bundle_id": None,
        "carrier": "twilio",
        "carrier_type": "local",
        "country": store.organization["country"],
        "date_created": store.users[user_id]["date_created"],
        "date_updated": store.users[user_id]["date_updated"],
        "forward_to": None,
        "forward_to_enabled": False,
        "forward_to_formatted": None,
        "id": membership["phone_id"],
        "is_group_number": False,
        "is_premium": False,
        "is_verified": False,
        "label": "Personal Number",
        "last_billed_price": 1.15,
        "mms_enabled": True,
        "next_billing_on": store.now().date().isoformat(),
        "number": number,
        "number_formatted": described["phone_formatted"],
        "organization_id": store.organization_id,
        "participants": [],
        "phone_numbers": [],
        "phone_numbers_formatted": [],
        "press_1_to_accept": True,
        "sms_enabled": True,
        "supports_mms_to_countries": ["CA", "US"],
        "supports_sms_to_countries": ["CA", "PR", "US"],
        "type": "internal",
        "user_id": user_id,
        "voicemail_greeting_url": None,
    }


def show_organization(store: Store) -> Json:
    """Show the organization as `/me/` does, with its statuses in their own order."""
    organization = dict(store.organization)
    del organization["country"]
    return {
        **organization,
        "lead_custom_fields": list_definitions(store, "lead"),
        "lead_statuses": [
            {"id": one["id"], "label": one["label"]} for one in store.lead_statuses.values()
        ],
        "opportunity_statuses": [
            {"id": one["id"], "label": one["label"], "type": one["type"]}
            for one in store.opportunity_statuses.values()
        ],
        "pipelines": [show_pipeline(store, one) for one in store.pipelines.values()],
    }


def _me(asked: Asked) -> Json:
    return select_fields(show_me(asked.store, asked.user_id), read_fields(asked.params))


def _list(asked: Asked) -> Json:
    users = list(asked.store.users.values())
    order = asked.params.get("_order_by", "")
    names = order.split(",")
    if set(names) == {"last_name", "first_name"}:
        users.sort(key=lambda user: [str(user[name]).casefold() for name in names])
    cut, more = read_window(asked.params, _MOST_USERS).cut(users)
    fields = read_fields(asked.params)
    return {"data": [select_fields(show_user(user), fields) for user in cut], "has_more": more}


def _get(asked: Asked) -> Json:
    user = asked.store.users.get(asked.user_id if asked.id == "me" else asked.id)
    if user is None:
        raise missing("User")
    return select_fields(show_user(user), read_fields(asked.params))


def _availability(asked: Asked) -> Json:
    offline: list[Json] = [
        {"type": kind, "status": "offline", "active_calls": []}
        for kind in ("mobile", "native", "web")
    ]
    return {"data": [{"user_id": one, "availability": offline} for one in asked.store.users]}


def _organization(asked: Asked) -> Json:
    store = asked.store
    if asked.id != store.organization_id:
        raise missing("Organization")
    expands = "memberships__user" in asked.params.get("_expand", "").split(",")
    memberships = []
    for user_id, user in store.users.items():
        shown: Json = {f"user_{part}": user[part] for part in _SHOWN_OF_USER}
        shown["user_full_name"] = store.user_name(user_id)
        shown["user_phone"] = phone = store.memberships[user_id]["phone_number"]
        shown["user_phone_formatted"] = describe_phone(phone)["phone_formatted"]
        if expands:
            shown = {"user": show_user(user)}
        memberships.append({**_show_membership(store, user_id), **shown})
    return {
        **show_organization(store),
        "cancellation_date": None,
        "inactive_memberships": [],
        "memberships": memberships,
        "payment_fail_date": None,
        "trial_ends": None,
        "user_count": len(memberships),
    }


def _phone_numbers(asked: Asked) -> Json:
    number, user_id = asked.params.get("number"), asked.params.get("user_id")
    shown = [_show_number(asked.store, one) for one in asked.store.users]
    found = [
        one
        for one in shown
        if number in {None, one["number"]} and user_id in {None, one["user_id"]}
    ]
    cut, more = read_window(asked.params).cut(found)
    return {"data": cut, "has_more": more}


def _phone_number(asked: Asked) -> Json:
    for user_id, membership in asked.store.memberships.items():
        if membership["phone_id"] == asked.id:
            return _show_number(asked.store, user_id)
    raise missing("PhoneNumber")


def _pinned_views(asked: Asked) -> Json:
    if not any(one["id"] == asked.id for one in asked.store.memberships.values()):
        raise missing("Membership")
    return {"saved_view_ids": []}


ROUTES = (
    Route("GET", "/me/", _me),
    Route("GET", "/user/", _list),
    Route("GET", "/user/availability/", _availability),
    Route("GET", "/user/{id}/", _get),
    Route("GET", "/organization/{id}/", _organization),
    Route("GET", "/phone_number/", _phone_numbers),
    Route("GET", "/phone_number/{id}/", _phone_number),
    Route("GET", "/membership/{id}/pinned_views/", _pinned_views),
)
