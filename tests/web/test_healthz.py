"""GET /healthz and /readyz."""


def test_alive_and_ready(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_every_reply_carries_request_id_and_headers(client):
    reply = client.get("/healthz")
    assert len(reply.headers["X-Request-ID"]) == 16
    assert "script-src 'self'" in reply.headers["Content-Security-Policy"]
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
