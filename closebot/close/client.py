"""Close: one attribute per section of Close's API reference."""

import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from closebot.close.activities import Activities, Calls, Notes
from closebot.close.auth import AccessToken, ApiKey, Auth
from closebot.close.contacts import Contacts
from closebot.close.errors import CloseError, Unauthorized, WriteUnclear
from closebot.close.events import Events, Webhooks
from closebot.close.leads import Leads
from closebot.close.oauth import Renewing
from closebot.close.opportunities import Opportunities
from closebot.close.organization import CustomFields, MeSection, Pipelines, Statuses, Users
from closebot.close.search import Search
from closebot.close.smart_views import SmartViews
from closebot.close.tasks import Tasks
from closebot.close.transport import BASE_URL, Transport
from closebot.close.writes import Finish, Watch, read_id, read_lead_id, read_writes


class Close:
    """Close, as one user of it.

    Give one of `api_key`, `access_token` or `auth`, which may be a `Grant` that renews itself.
    `transport` shares connections with others; without one this client opens its own, which
    `aclose` or `async with` closes. `zone` is where the person is: Close's “today” is then theirs.
    `within`: seconds from now that all requests of this client may take together; then they raise
    `TimedOut`. `watch` is told of every write before it is sent, and how it ended.

        async with Close(api_key="api_…") as close:
            print(await close.me.get())
    """

    def __init__(
        self,
        *,
        api_key: str = "",
        access_token: str = "",
        auth: Auth | Renewing | None = None,
        transport: Transport | None = None,
        base_url: str = BASE_URL,
        zone: ZoneInfo | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        within: float = math.inf,
        watch: Watch | None = None,
    ) -> None:
        given: list[Auth | Renewing | None] = [auth, ApiKey(api_key) if api_key else None]
        given.append(AccessToken(access_token) if access_token else None)
        ways = [one for one in given if one is not None]
        if len(ways) != 1:
            raise TypeError("give exactly one of api_key, access_token and auth")
        self._auth = ways[0]
        self._own = transport is None
        self._transport = transport or Transport(base_url)
        self._now = now
        self._end = self._transport.clock() + within
        self._watch = watch
        self._unsettled: dict[str, Finish] = {}
        self.zone = zone

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections that this client has opened itself."""
        if self._own:
            await self._transport.aclose()

    @cached_property
    def me(self) -> MeSection:
        """The user of this key or token, and their organization."""
        return MeSection(self)

    @cached_property
    def users(self) -> Users:
        """The people of the organization."""
        return Users(self)

    @cached_property
    def leads(self) -> Leads:
        """Companies."""
        return Leads(self)

    @cached_property
    def contacts(self) -> Contacts:
        """The people at leads."""
        return Contacts(self)

    @cached_property
    def opportunities(self) -> Opportunities:
        """Deals."""
        return Opportunities(self)

    @cached_property
    def tasks(self) -> Tasks:
        """To-dos, and everything else that stands in an inbox."""
        return Tasks(self)

    @cached_property
    def activities(self) -> Activities:
        """What happened with leads."""
        return Activities(self)

    @cached_property
    def notes(self) -> Notes:
        """Notes on leads."""
        return Notes(self)

    @cached_property
    def calls(self) -> Calls:
        """Calls that were made elsewhere."""
        return Calls(self)

    @cached_property
    def statuses(self) -> Statuses:
        """What leads and opportunities can be."""
        return Statuses(self)

    @cached_property
    def pipelines(self) -> Pipelines:
        """Pipelines with their statuses."""
        return Pipelines(self)

    @cached_property
    def custom_fields(self) -> CustomFields:
        """Definitions of custom fields."""
        return CustomFields(self)

    @cached_property
    def search(self) -> Search:
        """Leads and contacts by a query."""
        return Search(self)

    @cached_property
    def smart_views(self) -> SmartViews:
        """Saved searches."""
        return SmartViews(self)

    @cached_property
    def events(self) -> Events:
        """The event log."""
        return Events(self)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Addresses that are told of events."""
        return Webhooks(self)

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        reads: bool | None = None,
    ) -> Any:
        """Ask for something that no section has; see `Transport.request`. Raises `CloseError`."""
        ask = partial(
            self._transport.request,
            method,
            path,
            params=params,
            json=json,
            tz_offset=self._offset(),
            reads=reads,
            end=self._end,
        )
        is_read = method == "GET" if reads is None else reads
        if is_read or self._watch is None:
            return await self._ask(ask)
        writes = read_writes(method, path, json)
        finish = await self._watch(writes)
        self._unsettled[path] = finish  # it is unclear until something else is known
        try:
            answer = await self._ask(ask)
        except WriteUnclear:
            raise
        except CloseError:
            await finish("refused")
            raise
        made = read_id(answer.get("id")) if isinstance(answer, Mapping) else ""
        if made or writes[0].action != "create":
            await finish("done", record_id=made, lead_id=read_lead_id(answer))
        return answer

    async def settle(self, path: str, record_id: str, lead_id: str) -> None:
        """Say that what was created at `path` with an unclear end was found to be there."""
        if (finish := self._unsettled.pop(path, None)) is not None:
            await finish("done", record_id=record_id, lead_id=lead_id)

    async def _ask(self, ask: Callable[..., Awaitable[Any]]) -> Any:
        if isinstance(self._auth, ApiKey | AccessToken):
            return await ask(auth=self._auth)
        token = await self._auth.current()
        try:
            return await ask(auth=token)
        except Unauthorized:  # it may have been revoked before its time: nothing was done
            return await ask(auth=await self._auth.renew(token))

    def _offset(self) -> float | None:
        """Return the hours from UTC at this moment: a zone's offset changes with the seasons.

        https://developer.close.com/api/overview/timezone-offsets
        """
        if self.zone is None:
            return None
        offset = self._now().astimezone(self.zone).utcoffset() or timedelta()
        return offset / timedelta(hours=1)
