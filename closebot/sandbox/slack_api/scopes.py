"""What each method needs to be granted; methods that are not named here need nothing.

Those about conversations need a scope by the kind of conversation, which they demand themselves.
"""

NEEDS: dict[str, str] = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.unfurl": "links:write",
    "chat.update": "chat:write",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "reactions.add": "reactions:write",
    "reactions.get": "reactions:read",
    "reactions.remove": "reactions:write",
    "team.info": "team:read",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
    "users.profile.get": "users.profile:read",
}
_OF_CONVERSATIONS = [
    f"{kind}:{right}"
    for kind in ("channels", "groups", "im", "mpim")
    for right in ("read", "history")
]
# Everything that makes a difference here, for an app whose scopes nobody told.
ALL_SCOPES = tuple(
    sorted({"app_mentions:read", "commands", "links:read", *NEEDS.values(), *_OF_CONVERSATIONS})
)
