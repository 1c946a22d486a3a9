"""`/task/`: what is to be done, and by whom."""

from closebot.sandbox.close_api.activities import record_activity
from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.changes import create, delete, update
from closebot.sandbox.close_api.errors import Refused, bad_fields, missing
from closebot.sandbox.close_api.moments import local_day
from closebot.sandbox.close_api.rights import demand_tasks
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.task_lists import select_tasks
from closebot.sandbox.close_api.task_shape import shape_task
from closebot.sandbox.close_api.validation import (
    Schema,
    boolean,
    clean,
    day_or_moment,
    one_of,
    reference,
    text,
)
from closebot.sandbox.close_api.views import read_fields, select_fields, show_task

MOST_AT_ONCE = 1000


def _schema(store: Store) -> Schema:
    return {
        "lead_id": reference(store.leads),
        "contact_id": reference(store.contacts),
        "assigned_to": reference(store.users),
        "text": text(),
        "date": day_or_moment,
        "due_date": day_or_moment,
        "is_complete": boolean,
        "is_dateless": boolean,
        "priority": one_of("high", "medium"),
    }


def _find(asked: Asked) -> Json:
    task = asked.store.tasks.get(asked.id)
    if task is None:
        raise missing("Task")
    return task


def _list(asked: Asked) -> Json:
    window = read_window(asked.params, MOST_AT_ONCE)
    store, found = asked.store, select_tasks(asked)
    cut, more = window.cut(found)
    fields = read_fields(asked.params)
    shown = [select_fields(show_task(store, store.tasks[key], asked.offset), fields) for key in cut]
    return {"data": shown, "has_more": more, "total_results": len(found)}


def _get(asked: Asked) -> Json:
    shown = show_task(asked.store, _find(asked), asked.offset)
    return select_fields(shown, read_fields(asked.params))


def _clean_task(asked: Asked, required: tuple[str, ...] = ()) -> Json:
    given: Json = clean(asked.body, _schema(asked.store), required)
    due = given.pop("due_date", None)
    if due is not None:
        given.setdefault("date", due)
    return given


def _create(asked: Asked) -> Json:
    store = asked.store
    kind = str(asked.body.get("_type", "lead"))
    required = {"lead": ("lead_id",), "outgoing_call": ("lead_id", "contact_id")}
    if kind not in required:
        raise bad_fields(_type="Not a valid choice.")
    given = _clean_task(asked, required[kind])
    given = {name: value for name, value in given.items() if value is not None}
    given["assigned_to"] = given.get("assigned_to") or asked.user_id
    if "date" not in given:
        given["date"] = local_day(store.now(), asked.offset).isoformat()
        given["is_dateless"] = True
    complete = given.pop("is_complete", False)
    task = create(asked, "task", "task", shape_task({**given, "_type": kind}))
    if complete:
        _complete(asked, task)
    return select_fields(show_task(store, task, asked.offset), read_fields(asked.params))


def _complete(asked: Asked, task: Json) -> None:
    fields: Json = {"is_complete": True}
    if task["_type"] == "lead":
        done = {
            "task_id": task["id"],
            "task_text": task["text"],
            "task_assigned_to": task["assigned_to"],
        }
        activity = record_activity(asked, "TaskCompleted", task["lead_id"], done)
        fields |= {"object_type": "taskcompleted", "object_id": activity["id"]}
    update(asked, "task", task, fields, action="completed")


def _change(asked: Asked, task: Json, given: Json) -> None:
    fields = dict(given)
    complete = fields.pop("is_complete", None)
    if fields.get("date") is not None:
        fields.setdefault("is_dateless", False)
    if complete is False and task["is_complete"]:
        fields |= {"is_complete": False, "object_type": None, "object_id": None}
    if fields:
        update(asked, "task", task, fields)
    if complete and not task["is_complete"]:
        _complete(asked, task)


def _update(asked: Asked) -> Json:
    task = _find(asked)
    _change(asked, task, _clean_task(asked))
    return select_fields(show_task(asked.store, task, asked.offset), read_fields(asked.params))


def _update_many(asked: Asked) -> Json:
    given = _clean_task(asked)
    allowed = {"assigned_to", "date", "is_complete"}
    given = {name: value for name, value in given.items() if name in allowed}
    found = [asked.store.tasks[key] for key in select_tasks(asked)]
    if len(found) > MOST_AT_ONCE:
        sentence = f"It's not allowed to update more than {MOST_AT_ONCE} objects at once"
        raise Refused(400, {"errors": [sentence]})
    demand_tasks(asked, found)
    for task in found:
        _change(asked, task, given)
    return {"ok": True}


def _delete(asked: Asked) -> Json:
    delete(asked, "task", _find(asked))
    return {}


ROUTES = (
    Route("GET", "/task/", _list),
    Route("POST", "/task/", _create),
    Route("PUT", "/task/", _update_many),
    Route("GET", "/task/{id}/", _get),
    Route("PUT", "/task/{id}/", _update),
    Route("DELETE", "/task/{id}/", _delete),
)
