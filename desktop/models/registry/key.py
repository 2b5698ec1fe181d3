"""The ed25519 key that tells a registry who we are. Its public half is entered once on the
registry's web site.
"""

import base64
import os
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from desktop.models.registry.errors import KeyInvalid

MAX_KEY_BYTES = 2**14


class Key:
    """A key pair in files, made when it is first needed.

    May be used from several threads, and its folder by several processes.

    Args:
        folder: Gets `id_ed25519` (OpenSSH format, readable for its owner only) and
            `id_ed25519.pub`.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "id_ed25519"
        self._lock = threading.Lock()
        self._private: Ed25519PrivateKey | None = None

    @property
    def public(self) -> str:
        """The public half as registries' web sites want it: `ssh-ed25519 AAAA…`.

        Raises:
            KeyInvalid: the file is no such key, or cannot be read or made.
        """
        key = self._loaded().public_key()
        return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")

    def authorization(self, signed: bytes) -> str:
        """Value of the header `Authorization` that proves we have seen these bytes: public key
        and signature, both in base64, with a colon between them.

        Raises:
            KeyInvalid: as for `public`.
        """
        signature = base64.b64encode(self._loaded().sign(signed)).decode("ascii")
        return f"{self.public.split()[1]}:{signature}"

    def _loaded(self) -> Ed25519PrivateKey:
        with self._lock:
            if self._private is None:
                try:
                    self._private = self._read_or_made()
                except OSError as error:
                    reason = error.strerror or error
                    raise KeyInvalid(f"The key {self.file} cannot be used: {reason}.") from error
            return self._private

    def _read_or_made(self) -> Ed25519PrivateKey:
        if not self.file.exists():
            self._make()
        with self.file.open("rb") as file:
            key = self._parsed(file.read(MAX_KEY_BYTES))
        if os.name == "posix" and self.file.stat().st_mode & 0o077:
            self.file.chmod(0o600)
        self._write_public(key)
        return key

    def _parsed(self, data: bytes) -> Ed25519PrivateKey:
        try:
            key = load_ssh_private_key(data, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyInvalid(
                f"{self.file} is not a private key in OpenSSH format without a password; move it"
                " away to get a new one."
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyInvalid(f"{self.file} is not an ed25519 key; move it away to get a new one.")
        return key

    def _make(self) -> None:
        """Put a whole new key there, unless another process was faster."""
        folder = self.file.parent
        folder.mkdir(parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        number, draft = mkstemp(prefix=".puna-key-", dir=folder)  # for its owner only
        try:
            with os.fdopen(number, "wb") as file:
                file.write(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, self.file)  # fails if it is there
            except FileExistsError:
                return
            except OSError:  # a disk without links
                os.replace(draft, self.file)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(draft)

    def _write_public(self, key: Ed25519PrivateKey) -> None:
        """Only for people to copy from: a folder we cannot write to is no reason to fail."""
        line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b"\n"
        path = self.file.with_suffix(".pub")
        with suppress(OSError):
            if not path.exists() or path.read_bytes() != line:
                path.write_bytes(line)
