"""Ollama's routes, described."""

from desktop.api.description import ollama_answers as answers
from desktop.api.description import ollama_bodies as bodies
from desktop.api.description.operation import (
    REFUSED,
    TEXT,
    WORKING,
    Dialect,
    Operation,
    Parameter,
)

DIGEST = Parameter("digest", "SHA-256 of the content.", "sha256:" + "0" * 64)
MOVING = (*WORKING, 502, 507)

_HELLO = [{"role": "user", "content": "Why is the sky blue?"}]

WORK = (
    Operation(
        method="POST",
        path="/api/chat",
        summary="The next message of a conversation",
        note="Streams lines of JSON unless `stream` is false.",
        body=bodies.ChatRequest,
        answer=answers.ChatAnswer,
        stream=answers.ChatAnswer,
        errors=WORKING,
        example={"model": "llama3.2", "messages": _HELLO, "stream": False},
    ),
    Operation(
        method="POST",
        path="/api/generate",
        summary="A completion of a prompt",
        note="Streams lines of JSON unless `stream` is false.",
        body=bodies.GenerateRequest,
        answer=answers.GenerateAnswer,
        stream=answers.GenerateAnswer,
        errors=WORKING,
        example={"model": "llama3.2", "prompt": "Why is the sky blue?", "stream": False},
    ),
    Operation(
        method="POST",
        path="/api/embed",
        summary="Vectors of texts",
        body=bodies.EmbedRequest,
        answer=answers.EmbedAnswer,
        errors=WORKING,
        example={"model": "all-minilm", "input": ["first text", "second text"]},
    ),
    Operation(
        method="POST",
        path="/api/embeddings",
        summary="The vector of a text, in the older form",
        body=bodies.EmbeddingsRequest,
        answer=answers.EmbeddingsAnswer,
        errors=WORKING,
        example={"model": "all-minilm", "prompt": "a text"},
    ),
    Operation(
        method="POST",
        path="/api/tokenize",
        summary="The tokens of a text",
        body=bodies.TokenizeRequest,
        answer=answers.TokenizeAnswer,
        errors=WORKING,
        example={"model": "llama3.2", "content": "Why is the sky blue?"},
    ),
    Operation(
        method="POST",
        path="/api/detokenize",
        summary="The text of tokens",
        body=bodies.DetokenizeRequest,
        answer=answers.DetokenizeAnswer,
        errors=WORKING,
        example={"model": "llama3.2", "tokens": [1, 2, 3]},
    ),
)

MODELS = (
    Operation(
        method="GET",
        path="/api/tags",
        summary="Installed models, newest first",
        answer=answers.Tags,
    ),
    Operation(method="HEAD", path="/api/tags", summary="Whether the list can be had"),
    Operation(
        method="GET",
        path="/api/ps",
        summary="Loaded models, with the memory they take",
        answer=answers.LoadedModels,
    ),
    Operation(
        method="POST",
        path="/api/show",
        summary="Everything about one model",
        body=bodies.ShowRequest,
        answer=answers.ModelShown,
        errors=(*REFUSED, 499, 500),
        example={"model": "llama3.2"},
    ),
    Operation(
        method="POST",
        path="/api/copy",
        summary="A second name for a model",
        body=bodies.CopyRequest,
        errors=(*REFUSED, 500, 507),
        example={"source": "llama3.2", "destination": "mine"},
    ),
    Operation(
        method="DELETE",
        path="/api/delete",
        summary="Remove a model",
        note="The body names it.",
        body=bodies.DeleteRequest,
        errors=(*REFUSED, 409, 500),
        example={"model": "mine"},
    ),
    Operation(
        method="POST",
        path="/api/pull",
        summary="Download a model",
        body=bodies.PullRequest,
        answer=answers.ProgressLine,
        stream=answers.ProgressLine,
        errors=MOVING,
        example={"model": "hf.co/user/repository:Q4_K_M"},
    ),
    Operation(
        method="POST",
        path="/api/push",
        summary="Upload a model",
        body=bodies.PushRequest,
        answer=answers.ProgressLine,
        stream=answers.ProgressLine,
        errors=MOVING,
        example={"model": "user/model"},
    ),
    Operation(
        method="POST",
        path="/api/create",
        summary="Make a model out of another one, or of uploaded files",
        body=bodies.CreateRequest,
        answer=answers.ProgressLine,
        stream=answers.ProgressLine,
        errors=MOVING,
        example={"model": "mario", "from": "llama3.2", "system": "You are Mario."},
    ),
    Operation(
        method="HEAD",
        path="/api/blobs/{digest}",
        summary="Whether a file has been uploaded",
        parameters=(DIGEST,),
        errors=(400, 401, 403, 404),
    ),
    Operation(
        method="POST",
        path="/api/blobs/{digest}",
        summary="Upload a file for /api/create",
        parameters=(DIGEST,),
        body=bytes,
        body_type="application/octet-stream",
        also=(201,),
        errors=(400, 401, 403, 499, 500, 507),
    ),
)

SERVER = (
    Operation(
        method="GET",
        path="/",
        summary="Says that the server runs",
        answer=str,
        answer_type=TEXT,
    ),
    Operation(method="HEAD", path="/", summary="Whether the server runs"),
    Operation(
        method="GET",
        path="/api/version",
        summary="The version",
        answer=answers.Version,
    ),
    Operation(method="HEAD", path="/api/version", summary="Whether the server runs"),
)

OLLAMA = Dialect(
    name="Ollama",
    text="For programs written for Ollama. Their base address is this server's.",
    error=answers.OllamaError,
    operations=(*WORK, *MODELS, *SERVER),
)
