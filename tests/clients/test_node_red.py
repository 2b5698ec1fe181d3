"""A real Node-RED with a flow as people draw it: a question comes in, the `http request` node asks
Puna, the answer goes out."""

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.served import WAIT_S, Served
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

NODE_RED = ROOT / ".cache/js/node_modules/node-red/red.js"
SETTINGS = """module.exports = {
    flowFile: 'flows.json',
    uiHost: '127.0.0.1',
    httpAdminRoot: false,
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
}
"""
ASK = """msg.payload = {
    model: 'script',
    stream: false,
    messages: [{ role: 'user', content: msg.req.query.q }],
}
return msg
"""


def flow(url: str) -> list[dict[str, Any]]:
    """As Node-RED exports it."""
    answer = {"t": "set", "p": "payload", "pt": "msg", "to": "payload.message.content"}
    nodes: list[dict[str, Any]] = [
        {"id": "in", "type": "http in", "url": "/ask", "method": "get", "wires": [["make"]]},
        {"id": "make", "type": "function", "func": ASK, "outputs": 1, "wires": [["call"]]},
        {"id": "call", "type": "http request", "method": "POST", "ret": "obj",
         "url": f"{url}/api/chat", "wires": [["pick"]]},
        {"id": "pick", "type": "change", "rules": [answer | {"tot": "msg"}], "wires": [["out"]]},
        {"id": "out", "type": "http response", "wires": []},
    ]  # fmt: skip
    return [{"id": "tab", "type": "tab", "label": "Puna"}, *({"z": "tab"} | node for node in nodes)]


@pytest.fixture
def node_red(puna: Served, tmp_path: Path) -> Iterator[str]:
    """The address of a Node-RED that runs the flow."""
    if not NODE_RED.exists() or shutil.which("node") is None:
        pytest.skip("Node-RED is not installed; `make test` does that where Node.js is")
    (tmp_path / "settings.js").write_text(SETTINGS)
    (tmp_path / "flows.json").write_text(json.dumps(flow(puna.url)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", str(NODE_RED), "--userDir", str(tmp_path), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout
        watch = threading.Timer(WAIT_S, process.kill)
        watch.start()
        try:
            lines = iter(process.stdout.readline, b"")
            assert any(b"Started flows" in line for line in lines), "Node-RED did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            watch.cancel()
            process.kill()


def test_a_flow_asks_puna(node_red: str) -> None:
    reply = httpx.get(f"{node_red}/ask", params={"q": "hi"}, trust_env=False, timeout=WAIT_S)
    assert (reply.status_code, reply.text) == (200, "Hello big world")
