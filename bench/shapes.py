"""What the peers ask Close, and a card from its answer that is much like closebot's."""

from typing import Any

Json = dict[str, Any]

# Of the size of closebot's own question; whatever is searched for gets the same answer here.
SEARCH: Json = {
    "query": {
        "type": "and",
        "queries": [
            {"type": "object_type", "object_type": "lead"},
            {"type": "text", "mode": "full_words", "value": "Acme Corporation"},
        ],
    },
    "_fields": {"lead": ["id", "display_name", "status_label", "contacts", "opportunities"]},
    "_limit": 10,
}


def escape(text: Any) -> str:
    return str(text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def line(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action: str, value: str) -> Json:
    said = {"type": "plain_text", "text": text}
    return {"type": "button", "text": said, "action_id": action, "value": value}


def draw(answer: Json) -> Json:
    """Draw the first lead: its status, contacts, opportunities, and five buttons."""
    lead = answer["data"][0]
    name = lead["display_name"]
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": name[:150]}},
        line(f"*Status*  {escape(lead.get('status_label'))}"),
    ]
    for one in lead.get("contacts", [])[:3]:
        ways = [way["email"] for way in one["emails"]] + [way["phone"] for way in one["phones"]]
        blocks.append(line(f"*{escape(one['display_name'])}*  {escape(', '.join(ways))}"))
    blocks += [
        line(f"{escape(one['value_formatted'])}  {escape(one['status_label'])}")
        for one in lead.get("opportunities", [])[:3]
    ]
    acts = ("Add note", "New task", "New opportunity", "Log call", "Share here")
    buttons = [button(act, f"act_{number}", lead["id"]) for number, act in enumerate(acts)]
    blocks.append({"type": "actions", "elements": buttons})
    return {"response_type": "ephemeral", "text": escape(name), "blocks": blocks}
