"""The server's own doors: the header on every response, uploads, thumbnails and the lock of a shared Thaw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from pages._ui import doors, passcode
from pages._ui.upload import UPLOAD
from tl_core.store.home import Home
from tl_core.use_cases import uploads


async def page(request: object) -> PlainTextResponse:
    return PlainTextResponse("secret page")


def server(*middleware: Middleware) -> TestClient:
    rest = [Route("/", page), Route("/_stcore/health", page)]
    return TestClient(Starlette(routes=[*doors.routes(), *rest], middleware=list(middleware)))


@pytest.fixture
def client(home: Home) -> Iterator[TestClient]:
    with server(Middleware(doors.Headers)) as client:
        yield client


@pytest.fixture
def locked(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("THAW_PASSCODE", "ice and ember")
    with server(Middleware(doors.Headers), Middleware(passcode.Lock, secret=uploads.cookie_secret())) as client:
        yield client


def test_every_response_carries_the_policy(client: TestClient) -> None:
    for path in ("/", "/nowhere", f"{doors.PICTURES}/forged/x.webp"):
        policy = client.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'self'; ")
        assert "http" not in policy
        assert "unsafe-eval" not in policy


def test_the_policy_allows_streamlits_inline_script_by_its_hash_alone() -> None:
    script = next(part for part in doors.content_policy().split("; ") if part.startswith("script-src"))
    assert "'sha256-" in script
    assert "unsafe-inline" not in script


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        ("http://thaw.test", True),
        (None, True),
        ("http://evil.example", False),
        ("http://thaw.test:81", False),
        ("null", False),
    ],
)
def test_the_socket_is_for_our_own_pages(origin: str | None, welcome: bool) -> None:
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    app = Starlette(routes=[WebSocketRoute("/_stcore/stream", talk)], middleware=[Middleware(doors.OwnPagesOnly)])
    headers = {"host": "thaw.test"} | ({"origin": origin} if origin else {})
    refusal = nullcontext() if welcome else pytest.raises(WebSocketDisconnect)
    with refusal, TestClient(app).websocket_connect("/_stcore/stream", headers=headers):
        pass


def test_a_file_streams_to_the_inbox(client: TestClient, home: Home) -> None:
    inbox = uploads.open_inbox()
    blocks = (b"x" * 100_000 for _ in range(40))
    answer = client.put(f"{UPLOAD}/{inbox.token}", params={"name": "cats/1.jpg"}, content=blocks)
    assert answer.json() == {"bytes": 4_000_000}
    assert (home.inbox / inbox.name / "cats" / "1.jpg").stat().st_size == 4_000_000


def test_an_empty_file_arrives_too(client: TestClient) -> None:
    inbox = uploads.open_inbox()
    assert client.put(f"{UPLOAD}/{inbox.token}", params={"name": "empty.jpg"}).status_code == 200
    assert uploads.received(inbox.name) == [uploads.Received(path="empty.jpg", bytes=0)]


@pytest.mark.parametrize(("token", "name"), [("forged", "x.jpg"), (None, ""), (None, "..")])
def test_a_refused_upload_says_why(client: TestClient, token: str | None, name: str) -> None:
    token = token or uploads.open_inbox().token
    answer = client.put(f"{UPLOAD}/{token}", params={"name": name}, content=b"x")
    assert answer.status_code == 400
    assert answer.json()["sentence"].endswith(".")


def test_thumbnails_need_their_projects_token(client: TestClient, home: Home) -> None:
    (home.thumbnails("mine") / "0123456789abcdef.webp").write_bytes(b"picture")
    token = uploads.picture_token("mine")
    found = client.get(f"{doors.PICTURES}/{token}/0123456789abcdef.webp")
    assert (found.content, found.headers["content-type"]) == (b"picture", "image/webp")
    assert "private" in found.headers["cache-control"]
    assert client.get(f"{doors.PICTURES}/{token}/ffffffffffffffff.webp").status_code == 404
    assert client.get(f"{doors.PICTURES}/forged/0123456789abcdef.webp").status_code == 403


def test_without_the_passcode_nothing_is_served(locked: TestClient) -> None:
    answer = locked.get("/")
    assert "secret page" not in answer.text
    assert 'type="password"' in answer.text
    assert "content-security-policy" in answer.headers
    assert locked.put(f"{UPLOAD}/{uploads.open_inbox().token}", params={"name": "x.jpg"}).status_code == 401
    assert locked.get("/_stcore/health").text == "secret page"  # the launcher asks there


def test_the_passcode_opens_and_its_cookie_keeps_open(locked: TestClient) -> None:
    entered = locked.post("/thaw/enter", data={"passcode": " ice and ember "}, follow_redirects=False)
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert locked.get("/").text == "secret page"
    locked.cookies.clear()
    locked.cookies.set(passcode.COOKIE, "forged")
    assert "secret page" not in locked.get("/").text


@pytest.mark.parametrize(
    ("asked", "led"),
    [("/data?project=0a1b", "/data?project=0a1b"), ("//evil.example", "/"), ("https://evil.example", "/"), ("", "/")],
)
def test_the_way_goes_on_where_it_was_asked_for(locked: TestClient, asked: str, led: str) -> None:
    fields = {"passcode": "ice and ember", "to": asked}
    assert locked.post("/thaw/enter", data=fields, follow_redirects=False).headers["location"] == led
    locked.cookies.clear()
    assert 'value="/data?project=0a1b&amp;x=1"' in locked.get("/data?project=0a1b&x=1").text


def test_wrong_passcodes_are_slowed_down(locked: TestClient) -> None:
    for _ in range(passcode.ATTEMPTS):
        assert locked.post("/thaw/enter", data={"passcode": "wrong"}).status_code == 401
    assert locked.post("/thaw/enter", data={"passcode": "ice and ember"}).status_code == 429


def test_the_socket_is_locked_as_well(locked: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, locked.websocket_connect("/_stcore/stream"):
        pass
    assert closed.value.code == 1008
