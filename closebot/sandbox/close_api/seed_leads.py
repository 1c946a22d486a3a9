"""Plants leads with what belongs to them, dated around today."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from closebot.sandbox.close_api.activity_shapes import (
    shape_call,
    shape_email,
    shape_meeting,
    shape_note,
)
from closebot.sandbox.close_api.contact_shape import complete_contact
from closebot.sandbox.close_api.moments import write_moment
from closebot.sandbox.close_api.opportunity_shape import shape_opportunity
from closebot.sandbox.close_api.phones import normalize_phone
from closebot.sandbox.close_api.seed_inventions import invent
from closebot.sandbox.close_api.seed_rows import (
    FEATURED,
    OTHERS,
    SOURCES,
    Company,
    Deal,
    Todo,
    Who,
)
from closebot.sandbox.close_api.seed_words import NOTES
from closebot.sandbox.close_api.store import Json, Store, Table
from closebot.sandbox.close_api.task_shape import shape_task


class Gardener:
    """Plants leads in a store."""

    def __init__(self, store: Store, user_ids: dict[str, str], random: Random) -> None:
        self._store = store
        self._users = user_ids
        self._random = random
        self._now = store.now()
        self._status = {one["label"]: one["id"] for one in store.lead_statuses.values()}
        self._field = {one["name"]: field for field, one in store.custom_fields.items()}
        self._stage = {
            f"{store.pipelines[one['pipeline_id']]['name']}: {one['label']}": one
            for one in store.opportunity_statuses.values()
        }

    def plant_featured(self) -> None:
        """Plant the leads that have a story; the first ones are the newest."""
        for number, company in enumerate(FEATURED):
            self.plant(company, age=200 + 11 * number, touched=1 + number)

    def plant_others(self) -> None:
        """Plant leads that differ in everything, by chance."""
        for number, (name, domain, industry, country, city, area) in enumerate(OTHERS):
            place = ("", city, "", "", country)
            self.plant(
                invent(self._random, self._users, (name, domain, industry), place, area),
                age=30 + 9 * number,
                touched=10 + number % 20,
            )

    # --- one lead ---------------------------------------------------------------------------

    def _stored(self, table: Table, prefix: str, user: str, at: datetime, fields: Json) -> Json:
        one: Json = {
            "id": self._store.ids.make(prefix),
            "organization_id": self._store.organization_id,
            "created_by": user,
            "updated_by": user,
            "date_created": write_moment(at),
            "date_updated": write_moment(at),
            **fields,
        }
        table[one["id"]] = one
        return table[one["id"]]

    def _ago(self, days: float) -> datetime:
        return self._now - timedelta(days=days, milliseconds=self._random.randint(1, 5_000_000))

    def plant(
        self, company: Company, age: float, touched: float, *, with_history: bool = True
    ) -> None:
        """Plant a lead with what belongs to it. `age`, `touched`: days since it came and changed.

        Without history, all that is known to have happened is that it was created.
        """
        store, owner = self._store, self._users.get(company.owner, next(iter(self._users.values())))
        born = self._ago(age)
        street, city, state, code, country = company.place
        address = {
            "label": "business",
            "address_1": street,
            "address_2": "",
            "city": city,
            "state": state,
            "zipcode": code,
            "country": country,
        }
        lead = self._stored(
            store.leads,
            "lead",
            owner,
            born,
            {
                "name": company.name,
                "description": company.about,
                "url": f"https://www.{company.domain}" if company.domain else None,
                "addresses": [address] if country else [],
                "status_id": self._status[company.status],
                **self._custom(company, owner),
            },
        )
        lead["date_updated"] = write_moment(self._ago(touched))
        contacts = [self._plant_contact(lead, one, company.domain) for one in company.who]
        first = contacts[0]["id"] if contacts else None
        for deal in company.deals:
            self._plant_deal(lead, deal, first, age)
        for todo in company.todo:
            self._plant_task(lead, todo)
        self._activity(lead, "Created", owner, born, {"source": "api", "import_id": None})
        if with_history:
            self._plant_history(lead, contacts, owner, age)

    def _custom(self, company: Company, owner: str) -> dict[str, Any]:
        values: dict[str, Any] = {"Lead Owner": owner, "Industry": company.industry}
        if company.who:
            values["Sources"] = self._random.sample(SOURCES, 2)
        if company.deals:
            values["Employees"] = self._random.choice((12, 48, 250, 1900))
        if not company.domain:
            del values["Industry"]
        return {f"custom.{self._field[name]}": value for name, value in values.items()}

    def _plant_contact(self, lead: Json, who: Who, domain: str) -> Json:
        kinds = ("office", "direct")
        given = {
            "lead_id": lead["id"],
            "name": who.name,
            "title": who.title,
            "emails": [
                {"email": one + domain if one.endswith("@") else one, "type": kinds[number > 0]}
                for number, one in enumerate(who.emails)
            ],
            "phones": [
                {"phone": normalize_phone(one, "US"), "type": kind} for one, kind in who.phones
            ],
        }
        at = datetime.fromisoformat(lead["date_created"]) + timedelta(minutes=3)
        user = lead["created_by"]
        return self._stored(self._store.contacts, "cont", user, at, complete_contact(given))

    def _plant_deal(self, lead: Json, deal: Deal, contact_id: str | None, age: float) -> None:
        stage, owner = self._stage[deal.status], self._users[deal.owner]
        made = self._ago(age * 0.6)
        closes = None if deal.won is None else self._now + timedelta(days=deal.won)
        lost = write_moment(self._ago(age * 0.1)) if stage["type"] == "lost" else None
        given = {
            "lead_id": lead["id"],
            "contact_id": contact_id,
            "user_id": owner,
            "status_id": stage["id"],
            "value": deal.value,
            "value_period": deal.period,
            "confidence": deal.confidence,
            "date_won": closes.date().isoformat() if closes else None,
            "date_lost": lost,
            "note": deal.note,
        }
        shaped = shape_opportunity(given)
        self._stored(self._store.opportunities, "oppo", owner, made, shaped)

    def _plant_task(self, lead: Json, todo: Todo) -> None:
        owner = self._users[todo.owner]
        made = self._ago(8 + max(0, -(todo.day or 0)))
        due: str | None = None
        if todo.day is not None:
            day = self._now + timedelta(days=todo.day)
            due = day.date().isoformat()
            if todo.hour is not None:
                due = write_moment(day.replace(hour=todo.hour, minute=0, second=0, microsecond=0))
        given = {"lead_id": lead["id"], "text": todo.text, "date": due, "assigned_to": owner}
        task = self._stored(self._store.tasks, "task", owner, made, shape_task(given))
        if todo.done:
            done = {"task_id": task["id"], "task_text": todo.text, "task_assigned_to": owner}
            at = made + timedelta(days=1)
            activity = self._activity(lead, "TaskCompleted", owner, at, done)
            task.update(is_complete=True, object_type="taskcompleted", object_id=activity["id"])

    def _activity(self, lead: Json, kind: str, user: str, at: datetime, fields: Json) -> Json:
        common = {
            "_type": kind,
            "lead_id": lead["id"],
            "user_id": user,
            "users": [],
            "activity_at": write_moment(at),
        }
        if kind != "TaskCompleted":
            common["contact_id"] = None
        return self._stored(self._store.activities, "acti", user, at, {**common, **fields})

    def _plant_history(self, lead: Json, contacts: list[Json], owner: str, age: float) -> None:
        chance = self._random
        told = 2 if lead["description"] else 0
        for number in range(told + chance.choice((0, 1, 2))):
            at = self._ago(age * 0.5 / (number + 1))
            note = shape_note({"note": chance.choice(NOTES)})
            self._activity(lead, "Note", owner, at, note)
        for contact in contacts[:2]:
            at, who = self._ago(age * chance.random() * 0.4), {"contact_id": contact["id"]}
            if contact["phones"]:
                call = {
                    **who,
                    "phone": contact["phones"][0]["phone"],
                    "duration": chance.randint(20, 1500),
                    "note": chance.choice(NOTES),
                }
                self._activity(lead, "Call", owner, at, shape_call(call))
            if contact["emails"]:
                self._plant_email(lead, contact, owner, at + timedelta(hours=1))
        if contacts and contacts[0]["emails"] and chance.random() < 0.4:
            self._plant_meeting(lead, contacts[0], owner)

    def _plant_email(self, lead: Json, contact: Json, owner: str, at: datetime) -> None:
        user = self._store.users[owner]
        email = {
            "contact_id": contact["id"],
            "status": "sent",
            "activity_at": write_moment(at),
            "sender": f'"{self._store.user_name(owner)}" <{user["email"]}>',
            "to": [contact["emails"][0]["email"]],
            "subject": "Your questions about the demo",
            "body_text": f"Hello,\n\n{self._random.choice(NOTES)}\n\n{user['first_name']}",
        }
        thread = self._store.ids.make("acti")
        self._activity(lead, "Email", owner, at, shape_email(email, thread))

    def _plant_meeting(self, lead: Json, contact: Json, owner: str) -> None:
        starts = self._now + timedelta(days=self._random.randint(-20, 10))
        starts = starts.replace(
            hour=self._random.choice((9, 13, 16)), minute=0, second=0, microsecond=0
        )
        ends = starts + timedelta(hours=1)
        user = self._store.users[owner]
        guest = {"name": contact["name"], "email": contact["emails"][0]["email"]}
        host = {"name": self._store.user_name(owner), "email": user["email"]}
        meeting = {
            "contact_id": contact["id"],
            "title": f"{lead['name']}: demo",
            "starts_at": write_moment(starts),
            "ends_at": write_moment(ends),
            "activity_at": write_moment(starts),
            "duration": 3600,
            "location": f"https://meet.example/{contact['id'][-10:]}",
            "status": "completed" if ends < self._now else "upcoming",
            "users": [owner],
            "attendees": [
                {
                    **guest,
                    "contact_id": contact["id"],
                    "user_id": None,
                    "status": "yes",
                    "is_organizer": False,
                },
                {
                    **host,
                    "contact_id": None,
                    "user_id": owner,
                    "status": "yes",
                    "is_organizer": True,
                },
            ],
        }
        at = min(starts, self._now) - timedelta(days=3)
        self._activity(lead, "Meeting", owner, at, shape_meeting(meeting))
