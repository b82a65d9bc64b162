"""A petition site that answers as it is told to and remembers what it was asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Clock:
    """Monotonic seconds that pass when they are told to."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class ScriptedSite:
    """A local HTTP server: the answer to every request is the next one told, the last of them for ever."""

    url: str = ""
    asked: list[web.BaseRequest] = field(default_factory=list)
    answers: list[Respond] = field(default_factory=list)

    def answer(
        self,
        body: str | bytes = "",
        *,
        status: int = 200,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Append an answer."""
        payload = body.encode() if isinstance(body, str) else body

        async def respond(_: web.Request) -> web.StreamResponse:
            return web.Response(body=payload, status=status, headers={"Content-Type": content_type, **(headers or {})})

        self.answers.append(respond)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        respond = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await respond(request)
