"""The lock of a shared Thaw: with ``THAW_PASSCODE`` set, nothing is served before the passcode was given.

The lock sits in front of everything (pages, the socket behind them, uploads, pictures); only the health address
stays open, for the launcher. Who gave the passcode gets a signed cookie.
"""

from __future__ import annotations

import base64
import hmac
import html
import os
import re
import time
from collections import deque
from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages._ui.theme import ASSETS
from pages._ui.words import t
from tl_core.words import language

COOKIE = "thaw-passcode"
DAYS = 7
ATTEMPTS, WINDOW = 10, 60.0  # wrong tries within so many seconds, all clients together, before a pause
_ENTER = "/thaw/enter"
_OPEN = ("/_stcore/health",)
_OWN = re.compile(r"/([\w][\w/]*)?(\?[\w=&%.-]*)?")  # an address of ours, never another site's


class Lock:
    """ASGI middleware; without ``THAW_PASSCODE`` it lets everything through."""

    def __init__(self, app: ASGIApp, secret: bytes) -> None:
        self.app = app
        self.passcode = os.environ.get("THAW_PASSCODE", "")
        self.wrong: deque[float] = deque(maxlen=ATTEMPTS)
        # A changed passcode makes every cookie worthless.
        self.seal = URLSafeTimedSerializer(secret, salt=f"passcode {self.passcode}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not self.passcode or scope["path"] in _OPEN or self._knows(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await (await self._answer(Request(scope, receive)))(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
        cookie = SimpleCookie(raw).get(COOKIE)
        try:
            return cookie is not None and self.seal.loads(cookie.value, max_age=DAYS * 86400) == "in"
        except BadSignature:
            return False

    async def _answer(self, request: Request) -> Response:
        if request.url.path != _ENTER or request.method != "POST":
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return self._form(here) if request.method == "GET" else Response(status_code=401)
        body = b""
        async for block in request.stream():
            body += block
            if len(body) > 4096:
                return Response(status_code=413)
        fields = parse_qs(body.decode("utf-8", "replace"))
        given, to = fields.get("passcode", [""])[0], fields.get("to", ["/"])[0]
        if not _OWN.fullmatch(to):
            to = "/"
        wait = self._wait()
        if wait > 0:
            return self._form(to, t("shell.passcode_wait", seconds=round(wait)), status=429)
        if not hmac.compare_digest(given.strip().encode(), self.passcode.encode()):
            self.wrong.append(time.monotonic())
            return self._form(to, t("shell.passcode_wrong"), status=401)
        answer = RedirectResponse(to, status_code=303)
        answer.set_cookie(
            COOKIE,
            self.seal.dumps("in"),
            max_age=DAYS * 86400,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    def _wait(self) -> float:
        if len(self.wrong) < ATTEMPTS:
            return 0.0
        return self.wrong[0] + WINDOW - time.monotonic()

    def _form(self, to: str, remark: str = "", status: int = 200) -> Response:
        page = (ASSETS / "passcode.html").read_text("utf-8")
        values = {
            "language": language(),
            "name": t("shell.name"),
            "title": t("shell.passcode_title"),
            "text": t("shell.passcode_text"),
            "label": t("shell.passcode_label"),
            "enter": t("shell.passcode_enter"),
            "remark": remark,
            "action": _ENTER,
            "to": to,
            "logo": base64.b64encode((ASSETS / "logo" / "thaw.svg").read_bytes()).decode(),
        }
        for name, value in values.items():
            page = page.replace(f"[[{name}]]", html.escape(value))
        return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store"})
