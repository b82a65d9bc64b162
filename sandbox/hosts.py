"""Which `Host` a request must name: a page of somebody else's, whose name leads to this machine, gets nothing here."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def own_host_only(host: str) -> Middleware:
    """Refuse with 421 what is not addressed to this server, which was told to listen on `host`.

    Its own are this machine's names, that host, and the address at which the connection arrived, each with the port.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        transport = request.transport
        address, port = transport.get_extra_info("sockname")[:2] if transport is not None else (host, 0)
        names = {"localhost", "127.0.0.1", "::1", host, address}
        own = {f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in names}
        if request.host.lower() not in own:
            raise web.HTTPMisdirectedRequest(text="This host name is not the sandbox's own.")
        return await handler(request)

    return check
