"""What a task is, in words: a to-do has its own, the other kinds are named here."""

from closebot.close import Task
from closebot.slack import kit

_NAMES = {
    "outgoing_call": "Call",
    "missed_call": "Missed call",
    "voicemail": "Voicemail",
    "answered_detached_call": "Call without a lead",
    "incoming_email": "E-mail to answer",
    "email_followup": "E-mail without an answer",
    "incoming_sms": "Text to answer",
    "opportunity_due": "Opportunity past its date",
}
_FROM = frozenset({"missed_call", "voicemail", "answered_detached_call", "incoming_sms"})


def name_task(task: Task, most: int) -> str:
    """Name a task in one line of plain text, of at most `most` characters."""
    if task.type == "lead":
        return kit.clip(_one_line(task.text) or "Untitled task", most)
    known = task.type.replace("_", " ").strip().capitalize() or "Task"
    name = _NAMES.get(task.type, known)
    return kit.clip(_one_line(f"{name}{_more(task)}"), most)


def _more(task: Task) -> str:
    if task.type == "outgoing_call":
        return f" {task.contact_name}" if task.contact_name else ""
    if task.type in _FROM:
        number = task.remote_phone_formatted or task.phone_formatted
        who = " ".join(part for part in (task.contact_name, number) if part)
        length = f" ({task.voicemail_duration} s)" if task.voicemail_duration else ""
        return (f" from {who}" if who else "") + length
    if task.type in ("incoming_email", "email_followup"):
        said = task.subject or task.body_preview
        return f": {said}" if said else ""
    if task.type == "opportunity_due":
        parts = [str(task.opportunity_money or ""), task.opportunity_note]
        said = ", ".join(part for part in parts if part)
        return f": {said}" if said else ""
    return f": {task.text}" if task.text else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
