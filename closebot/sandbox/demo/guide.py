"""What the guided start offers: six things that show most of the bot in two minutes.

`text` fills the command box; `shortcut` is run on a message, which is said first where there is
none; `next` is said below once it was begun. A step is ticked however it was done: `verbs` are
what may have been typed after the command (empty text: words that begin with no verb),
`shortcuts` and `actions` are the ids of what may have been used instead.
"""

from typing import Any

GUIDE: list[dict[str, Any]] = [
    {
        "name": "Connect your account",
        "text": "/close connect",
        "verbs": ["connect"],
        "actions": ["connect.open"],
        "next": "Your key stands in the form: copy it, paste it, Connect.",
    },
    {
        "name": "Look up a lead",
        "text": "/close lead Acme",
        "verbs": ["lead", ""],
        "next": "A link on the card opens the Close side.",
    },
    {
        "name": "Make an opportunity",
        "text": "/close opp new",
        "verbs": ["opp new"],
        "shortcuts": ["new_opportunity"],
        "next": "Type a lead's name into Lead, and look at it in Close afterwards.",
    },
    {
        "name": "Keep a message as a note",
        "shortcut": "add_note",
        "say": "Acme wants the security paper before Friday, and a price for four plants.",
        "verbs": ["note"],
        "shortcuts": ["add_note"],
        "next": "Every message has this in its ⋮ menu.",
    },
    {
        "name": "See your tasks",
        "text": "/close tasks",
        "verbs": ["tasks"],
        "next": "Done, Snooze and Undo are one press each.",
    },
    {
        "name": "A digest every morning",
        "text": "/close digest",
        "verbs": ["digest"],
        "next": "Set it up, then move the clock above to the next 9:00 of a working day.",
    },
]
