"""The certificate that other machines see: a given one, or one that is made on the spot.

Imports what makes certificates only where one is made: that takes a tenth of a second.
"""

import datetime
import hashlib
import logging
import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.api.network.addresses import parse_address
from desktop.core.errors import AppError, SettingInvalid
from desktop.core.paths import Paths
from desktop.core.settings import Settings
from desktop.core.whole_file import write_whole
from desktop.hardware.network import own_addresses

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

log = logging.getLogger(__name__)

VALID_DAYS = 397  # some systems trust none that lives longer
RENEW_DAYS = 30


class CertificateUnusable(AppError):
    """Our own certificate cannot be made or kept."""

    code = "certificate_unusable"
    status = 500


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files."""

    certificate: Path
    key: Path

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hexadecimal, as browsers show it; empty if there is no certificate."""
        try:
            der = ssl.PEM_cert_to_DER_cert(_first(self.certificate.read_text("ascii")))
        except (OSError, ValueError):
            return ""
        digest = hashlib.sha256(der).hexdigest().upper()
        return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def certificate_files(settings: Settings, paths: Paths) -> CertificateFiles | None:
    """Where they are, or will be; None without TLS."""
    if settings.tls == "files":
        names = (settings.tls_certificate, settings.tls_key)
        return CertificateFiles(*(Path(os.path.expanduser(name)) for name in names))
    if settings.tls == "own":
        return CertificateFiles(paths.tls / "certificate.pem", paths.tls / "key.pem")
    return None


class Certificate:
    """A certificate in use, which is renewed under a running server.

    Args:
        own: We made it, and make it again in time; else its owner does.

    Raises:
        SettingInvalid: the given files are no certificate and key.
        CertificateUnusable
    """

    def __init__(self, files: CertificateFiles, *, own: bool) -> None:
        self.files = files
        self._own = own
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._stamp = 0
        self.refresh()

    def refresh(self) -> None:
        """Make it again if it soon ends, and use it if it is new. Connections go on."""
        if self._own and not _is_good(self.files, own_names()):
            make_certificate(self.files, own_names())
        try:
            stamp = self.files.certificate.stat().st_mtime_ns
            if stamp != self._stamp:
                self.context.load_cert_chain(self.files.certificate, self.files.key, _no_password)
                self._stamp = stamp
        except (OSError, ssl.SSLError) as error:
            shown = f"{self.files.certificate}, {self.files.key}"
            reason = f"PEM files of a certificate and its key without a password ({error})"
            raise SettingInvalid("tls_certificate, tls_key", shown, reason) from error


def own_names() -> list[str]:
    """What other machines may call us: names first, then addresses."""
    host = socket.gethostname().lower()
    names = dict.fromkeys((host, f"{host.partition('.')[0]}.local", "localhost"))
    addresses = {address.partition("%")[0] for address in own_addresses()}
    return [*names, *sorted(filter(parse_address, addresses))]


def make_certificate(
    files: CertificateFiles, names: list[str], now: datetime.datetime | None = None
) -> None:
    """Write a self-signed certificate for these names and addresses, with the key that is there
    or a new one.

    Raises:
        CertificateUnusable: they cannot be written.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = now or datetime.datetime.now(datetime.UTC)
    try:
        key = _key(files.key)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Puna on {names[0]}"[:64])])
        alternatives = [
            x509.IPAddress(address) if (address := parse_address(name)) else x509.DNSName(name)
            for name in names
        ]
        made = (
            x509.CertificateBuilder(subject, subject, key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        write_whole(files.certificate, pem, private=True)
    except (OSError, ValueError) as error:
        text = f"no certificate can be made in {files.key.parent}: {error}"
        raise CertificateUnusable(text) from error
    log.info("made a certificate for %s", ", ".join(names))


def _key(path: Path) -> "EllipticCurvePrivateKey":
    """An elliptic curve's, as all clients know it. Raises ValueError if there is another one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    if path.exists():
        found = serialization.load_pem_private_key(path.read_bytes(), None)
        if not isinstance(found, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{path} is not a key that Puna has made")
        return found
    key = ec.generate_private_key(ec.SECP256R1())
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(encoding, form, serialization.NoEncryption())
    write_whole(path, pem, private=True)
    return key


def _is_good(files: CertificateFiles, names: list[str]) -> bool:
    """Whether it is there, lives for a while, and has all our names."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    left = found.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    known = {str(each.value) for each in extension.value}
    return left.days >= RENEW_DAYS and known >= set(names) and files.key.exists()


def _first(text: str) -> str:
    """The first certificate of a chain."""
    end = "-----END CERTIFICATE-----"
    start = text.index("-----BEGIN CERTIFICATE-----")
    return text[start : text.index(end, start) + len(end)]


def _no_password() -> str:
    """Else OpenSSL would ask at the terminal."""
    return ""
