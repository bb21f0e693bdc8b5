"""A mail server that takes mails only over TLS, and only from whoever knows the password.

``python -m tests.services.outreach.channels.email.guarded_server`` takes a port, a folder and the word
``starttls`` or ``tls``. It makes a certificate for 127.0.0.1 as ``cert.pem`` in the folder, and puts the
recipient of each mail into ``arrived``.
"""

import asyncio
import ssl
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "mia", "s3cret/word"


class Arrived:
    """Notes recipients."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "arrived"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        with self.file.open("a") as file:
            file.writelines(f"{recipient}\n" for recipient in envelope.rcpt_tos)
        return "250 kept"


def certificate(folder: Path) -> ssl.SSLContext:
    """A self-signed certificate for 127.0.0.1, also written to the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def judge(_server: object, _session: object, _envelope: object, _mechanism: str, given: object) -> AuthResult:
    """Whether somebody may log in."""
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)


async def main(port: int, folder: Path, *, starttls: bool) -> None:
    """Listen until killed."""
    context = certificate(folder)

    def session() -> SMTP:
        return SMTP(
            Arrived(folder),
            tls_context=context if starttls else None,
            require_starttls=starttls,
            authenticator=judge,
            auth_required=True,
            auth_require_tls=starttls,
        )

    outer = None if starttls else context
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", port, ssl=outer)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), starttls=sys.argv[3] == "starttls"))
