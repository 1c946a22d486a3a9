"""A Close that knows nothing but due tasks, as many as asked for, and answers after 100 ms.

    python bench/crowd.py <tasks>

Prints its port. GET /asked tells how often it was asked for tasks.
"""

import asyncio
import bisect
import sys
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from bench.wire import dump, port_of, serve

SLOW = 0.1
PEOPLE = 1000
A_DAY = 150  # tasks that are due on one day


class Tasks:
    """The list, oldest first."""

    def __init__(self, count: int) -> None:
        self.asked = 0
        first = date.today() - timedelta(days=(count - 1) // A_DAY)  # noqa: DTZ011 - any day does
        self.days = [str(first + timedelta(days=number // A_DAY)) for number in range(count)]

    def row(self, number: int) -> dict[str, object]:
        who = number % PEOPLE
        return {
            "id": f"task_{number:022}", "_type": "lead", "lead_id": f"lead_{number % 9999:022}",
            "lead_name": f"Company {number % 9999}", "assigned_to": f"user_{who:022}",
            "assigned_to_name": f"Person {who}", "text": f"Call them back about offer {number}",
            "date": self.days[number], "is_dateless": False,
        }  # fmt: skip

    def answer(self, head: bytes, _: bytes) -> tuple[float, bytes]:
        path = urlsplit(head.split(b" ", 2)[1].decode())
        if path.path == "/asked":
            return 0.0, dump({"data": [0] * self.asked})
        self.asked += 1
        asked = parse_qs(path.query)
        since = asked.get("date__gte", ["0"])[0][:10]
        first = bisect.bisect_left(self.days, since)
        skip = first + int(asked.get("_skip", ["0"])[0])
        end = min(skip + int(asked["_limit"][0]), len(self.days))
        rows = [self.row(number) for number in range(skip, end)]
        more = end < len(self.days)
        said = {"data": rows, "has_more": more, "total_results": len(self.days) - first}
        return SLOW, dump(said)


async def main(count: int) -> None:
    tasks = Tasks(count)
    server = await serve(tasks.answer, lambda: None)
    print(f"port {port_of(server)}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
