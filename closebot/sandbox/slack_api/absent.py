"""Methods that Slack has and the sandbox does not: an app that calls one has done nothing wrong."""

# By what stands before the first dot. All of `admin` is absent.
_NAMES = {
    "apps": "event.authorizations.list manifest.create manifest.delete manifest.export "
    "manifest.update manifest.validate uninstall",
    "assistant": "search.context threads.setStatus threads.setSuggestedPrompts threads.setTitle",
    "auth": "revoke teams.list",
    "bookmarks": "add edit list remove",
    "calls": "add end info participants.add participants.remove update",
    "canvases": "access.delete access.set create delete edit sections.lookup",
    "chat": "appendStream deleteScheduledMessage meMessage scheduleMessage "
    "scheduledMessages.list startStream stopStream",
    "conversations": "acceptSharedInvite approveSharedInvite archive canvases.create close create "
    "declineSharedInvite externalInvitePermissions.set invite inviteShared kick leave "
    "listConnectInvites mark rename requestSharedInvite.approve requestSharedInvite.deny "
    "requestSharedInvite.list setPurpose setTopic unarchive",
    "dialog": "open",
    "dnd": "endDnd endSnooze info setSnooze teamInfo",
    "emoji": "list",
    "entity": "presentDetails",
    "files": "comments.delete completeUploadExternal delete getUploadURLExternal info list "
    "remote.add remote.info remote.list remote.remove remote.share remote.update "
    "revokePublicURL sharedPublicURL upload",
    "functions": "completeError completeSuccess",
    "migration": "exchange",
    "oauth": "access v2.access v2.exchange v2.user.access",
    "openid": "connect.token connect.userInfo",
    "pins": "add list remove",
    "reactions": "list",
    "reminders": "add complete delete info list",
    "rtm": "connect start",
    "search": "all files messages",
    "slackLists": "access.delete access.set create download.get download.start items.create "
    "items.delete items.deleteMultiple items.info items.list items.update update",
    "stars": "add list remove",
    "team": "accessLogs billableInfo billing.info externalTeams.disconnect externalTeams.list "
    "integrationLogs preferences.list profile.get",
    "tooling": "tokens.rotate",
    "usergroups": "create disable enable list update users.list users.update",
    "users": "conversations deletePhoto discoverableContacts.lookup getPresence identity "
    "profile.set setActive setPhoto setPresence",
    "workflows": "featured.add featured.list featured.remove featured.set stepCompleted "
    "stepFailed updateStep",
}
_ABSENT = frozenset(
    f"{family}.{name}" for family, names in _NAMES.items() for name in names.split()
)


def is_absent(method: str) -> bool:
    """Say whether Slack has this method, as far as known, and the sandbox lacks it."""
    return method in _ABSENT or method.startswith("admin.")
