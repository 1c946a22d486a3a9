"""A user of the company, as it is stored: the person, and what they may do here."""

from closebot.sandbox.close_api.store import Store


def add_user(
    store: Store, name: tuple[str, str], email: str, zone: str, role: str, phone: str
) -> str:
    """Store a user with a membership; return the user's id. `name`: first and last."""
    make, at = store.ids.make, store.stamp()
    user_id = make("user")
    first_name, last_name = name
    store.users[user_id] = {
        "date_created": at,
        "date_updated": at,
        "email": email,
        "email_verified_at": at,
        "first_name": first_name,
        "google_profile_image_url": None,
        "id": user_id,
        "image": None,
        "last_name": last_name,
        "last_used_timezone": zone,
        "organizations": [store.organization_id],
    }
    store.memberships[user_id] = {
        "id": make("memb"),
        "role_id": role,
        "phone_id": make("phon"),
        "phone_number": phone,
        "signature_id": make("emailsig"),
    }
    return user_id
