"""Plain `curl`, and PHP's curl, as help pages show them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.openai.asking import ANSWER
from tests.api.served import Served

pytestmark = pytest.mark.slow

PHP = """<?php
function ask(string $url, array $body, ?callable $each = null): string {
    $request = curl_init($url);
    curl_setopt_array($request, [
        CURLOPT_POSTFIELDS => json_encode($body),
        CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
        CURLOPT_RETURNTRANSFER => true,
    ]);
    if ($each) {
        curl_setopt($request, CURLOPT_WRITEFUNCTION, function ($request, $data) use ($each) {
            $each($data);
            return strlen($data);
        });
    }
    return (string) curl_exec($request);
}

$url = $argv[1];
$messages = [['role' => 'user', 'content' => 'x']];
$body = ['model' => 'script', 'messages' => $messages, 'stream' => false];
$native = json_decode(ask("$url/api/chat", $body), true);
$openai = json_decode(ask("$url/v1/chat/completions", $body), true);
$stream = '';
ask("$url/api/chat", ['stream' => true] + $body, function ($data) use (&$stream) {
    $stream .= $data;
});
$text = '';
foreach (explode("\\n", trim($stream)) as $line) {
    $text .= json_decode($line, true)['message']['content'];
}
echo json_encode([
    $native['message']['content'], $openai['choices'][0]['message']['content'], $text,
]);
"""


def output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(puna: Served) -> None:
    body = '{"model": "script", "messages": [{"role": "user", "content": "x"}]}'
    lines = output("curl", "-sN", f"{puna.url}/api/chat", "-d", body).splitlines()
    assert "".join(json.loads(line)["message"]["content"] for line in lines) == ANSWER
    chat = ("curl", "-s", f"{puna.url}/v1/chat/completions", "-d")
    whole = json.loads(output(*chat, body))
    assert whole["choices"][0]["message"]["content"] == ANSWER
    stream = output(*chat, body[:-1] + ', "stream": true}')
    assert stream.endswith("data: [DONE]\n\n")
    head = ("curl", "-sf", "-H", "Authorization: Bearer ollama", f"{puna.url}/v1/models")
    assert json.loads(output(*head))["object"] == "list"


def test_php(puna: Served, tmp_path: Path) -> None:
    if shutil.which("php") is None or "curl" not in output("php", "-m").split():
        pytest.skip("PHP with curl is not installed (apt-get install php-cli php-curl)")
    script = tmp_path / "ask.php"
    script.write_text(PHP)
    assert json.loads(output("php", str(script), puna.url)) == [ANSWER] * 3
