"""Fifty clients that ask as fast as they are answered, on connections they keep.

``python -m bench.http_clients PORT SECONDS TOKEN CONTACT_ID [RATE]``. Each client in turn creates a lead
and reads it; with an empty token it only gets a constant. With a rate they ask so often a second together,
however fast they are answered. Prints requests a second, the p99 in seconds, and how many answers were not
what they should be.
"""

import asyncio
import json
import sys
import time
from uuid import uuid4

CLIENTS = 50


class Load:
    """What the clients do together until the time is up."""

    def __init__(self, port: int, *, seconds: float, token: str, contact_id: str, rate: float = 0.0) -> None:
        self.port = port
        self.seconds = seconds
        self.token = token
        self.every = 2 * CLIENTS / rate if rate else 0.0
        self.lead = {"contact_id": contact_id, "source": "web", "needs": "a sample"}
        self.latencies: list[float] = []
        self.failed = 0

    async def run(self) -> float:
        """Requests a second."""
        self.until = time.perf_counter() + self.seconds
        began = time.perf_counter()
        await asyncio.gather(*(self._client(number / CLIENTS) for number in range(CLIENTS)))
        return len(self.latencies) / (time.perf_counter() - began)

    async def _client(self, place: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        turn = time.perf_counter() + place * self.every
        while time.perf_counter() < self.until:
            if self.every:
                await asyncio.sleep(max(0.0, turn - time.perf_counter()))
                turn += self.every
            if not self.token:
                await self._ask(reader, writer, self._get("/leads"), 200)
                continue
            answer = await self._ask(reader, writer, self._post("/leads"), 201)
            lead_id = json.loads(answer)["id"]
            await self._ask(reader, writer, self._get(f"/leads/{lead_id}"), 200)
        writer.close()

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, status: int
    ) -> bytes:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        self.latencies.append(time.perf_counter() - began)
        self.failed += head.split(b" ", 2)[1] != str(status).encode()
        return body

    def _get(self, path: str) -> bytes:
        return self._head("GET", path) + b"\r\n"

    def _post(self, path: str) -> bytes:
        # The same contact in the same campaign would be the same lead.
        body = json.dumps({**self.lead, "campaign_id": str(uuid4())}).encode()
        extra = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return self._head("POST", path) + extra.encode() + body

    def _head(self, method: str, path: str) -> bytes:
        authorization = f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}".encode()


def main() -> None:
    """Run the load and print what it found as JSON."""
    port, seconds, token, contact_id = sys.argv[1:5]
    rate = float(sys.argv[5]) if len(sys.argv) > 5 else 0.0
    load = Load(int(port), seconds=float(seconds), token=token, contact_id=contact_id, rate=rate)
    reached = asyncio.run(load.run())
    latencies = sorted(load.latencies)
    p99 = latencies[int(len(latencies) * 0.99)]
    print(json.dumps({"rate": reached, "p99": p99, "failed": load.failed}))


if __name__ == "__main__":
    main()
