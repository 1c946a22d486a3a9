"""The organization: whoever asks, its people, statuses, pipelines and custom fields."""

from typing import Literal

from closebot.close.errors import Unreadable
from closebot.close.ids import check_id
from closebot.close.models import (
    CustomField,
    Me,
    Membership,
    Organization,
    Pipeline,
    Status,
    User,
    read,
)
from closebot.close.section import Section
from closebot.close.walk import Walk

ObjectType = Literal["lead", "contact", "opportunity", "activity", "custom_object_type"]


class MeSection(Section):
    """The user of this key or token.

    https://developer.close.com/api/resources/users/get-my-user
    """

    async def get(self) -> Me:
        """Return the user and their organization. Raises `Unauthorized` for a refused key."""
        return await self._get(Me, "/me/")

    async def memberships(self, organization_id: str) -> tuple[Membership, ...]:
        """Return everybody's seat in an organization, with what it permits: one request.

        Raises `BadId`, `CloseError`. https://developer.close.com/api/resources/organizations
        """
        path = f"/organization/{check_id(organization_id, 'orga')}/"
        answer = await self._close.request("GET", path, params={"_fields": ["memberships"]})
        seats = answer.get("memberships") if isinstance(answer, dict) else None
        if not isinstance(seats, list):
            raise Unreadable("an organization: memberships is not a list")
        return tuple(read(Membership, one) for one in seats)

    async def organization(self) -> Organization:
        """Return the organization: name, currency, statuses and pipelines in board order.

        Raises `CloseError`.
        """
        me = await self.get()
        if not me.organizations:
            raise Unreadable("this key belongs to no organization")
        return me.organizations[0]


class Users(Section):
    """The people of the organization.

    https://developer.close.com/api/resources/users
    """

    def list(self, *, most: int | None = None) -> Walk[User]:
        """Walk through the members of the organization, by last name. Raises `CloseError`."""
        order = {"_order_by": "last_name,first_name"}
        return self._records("/user/", User, order, most=most)

    async def get(self, user_id: str) -> User:
        """Return a user. Raises `BadId`, `NotFound`."""
        return await self._get(User, f"/user/{check_id(user_id, 'user')}/", User.fields())


class Pipelines(Section):
    """Pipelines with their statuses.

    https://developer.close.com/api/resources/pipelines
    """

    async def list(self) -> tuple[Pipeline, ...]:
        """Return the pipelines, each with its statuses in board order. Raises `CloseError`."""
        return await self._records("/pipeline/", Pipeline).all()


class Statuses(Section):
    """What leads and opportunities can be.

    https://developer.close.com/api/resources/lead-statuses
    """

    async def leads(self) -> tuple[Status, ...]:
        """Return the statuses of leads in their order: Close's own list of them has another.

        Raises `CloseError`.
        """
        return (await MeSection(self._close).organization()).lead_statuses

    async def opportunities(self) -> tuple[Status, ...]:
        """Return the statuses of opportunities in board order, pipeline by pipeline.

        Each has the id of its pipeline. Raises `CloseError`.
        """
        pipelines = await Pipelines(self._close).list()
        return tuple(
            status.model_copy(update={"pipeline_id": pipeline.id})
            for pipeline in pipelines
            for status in pipeline.statuses
        )


class CustomFields(Section):
    """Definitions of custom fields, shared ones included.

    https://developer.close.com/api/resources/custom-fields
    """

    async def list(self, kind: ObjectType) -> tuple[CustomField, ...]:
        """Return the custom fields of an object type in their order. Raises `CloseError`."""
        answer = await self._close.request("GET", f"/custom_field_schema/{kind}/")
        fields = answer.get("fields") if isinstance(answer, dict) else None
        if not isinstance(fields, list):
            raise Unreadable("a custom field schema: fields is not a list")
        return tuple(read(CustomField, one) for one in fields)
