"""As much of HTTP/1.1 as a crowd of officers needs, on asyncio streams: one kept-open connection each."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Reply:
    """Status, headers (lower-case names) and body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One browser's connection to the server; opened when needed, opened anew after it broke."""

    def __init__(self, url: str, cookie: str):
        parts = urlsplit(url)
        self.host, self.port, self.cookie = parts.hostname or "", parts.port or 80, cookie
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        """Send a request and read the whole reply. Raises OSError or asyncio.IncompleteReadError when the line breaks."""
        try:
            await self._send(method, path, body, headers or {})
            status, found = await self._head()
            return Reply(status, found, await self._body(found))
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.close()
            raise

    async def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Cookie: {self.cookie}",
            f"Content-Length: {len(body)}",
        ]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await self.writer.drain()

    async def _head(self) -> tuple[int, dict[str, str]]:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        return int(head[0].split()[1]), {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}

    async def _body(self, headers: dict[str, str]) -> bytes:
        assert self.reader is not None
        if headers.get("transfer-encoding") == "chunked":
            found = b""
            while size := int(await self.reader.readline(), 16):
                found += await self.reader.readexactly(size)
                await self.reader.readexactly(2)
            await self.reader.readexactly(2)
            return found
        return await self.reader.readexactly(int(headers.get("content-length", 0)))

    async def sip(self, path: str, rate: int) -> AsyncIterator[int]:
        """Download slowly, `rate` bytes a second, until the end; yields how many bytes each part has."""
        await self._send("GET", path, b"", {})
        _, headers = await self._head()
        assert self.reader is not None
        left = int(headers.get("content-length", 0))
        while left > 0 and (part := await self.reader.read(min(rate // 5, left))):
            left -= len(part)
            yield len(part)
            await asyncio.sleep(0.2)

    def close(self) -> None:
        """Drop the connection."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None
