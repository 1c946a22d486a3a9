"""Slack and Close over TLS, as they are in life, with a certificate made for the occasion."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.wire import port_of, serve
from bench.world import World


@asynccontextmanager
async def encrypted(world: World, folder: Path) -> AsyncIterator[dict[str, str]]:
    """Serve the world over TLS as well; yields the environment in which a bot meets it there."""
    context = certify(folder)
    servers = {
        name: await serve(answer, lambda name=name: world.opened.update([name]), ssl=context)
        for name, answer in world.answers.items()
    }
    plain, world.hooks_url = world.hooks_url, f"https://127.0.0.1:{port_of(servers['hooks'])}"
    try:
        yield {
            "SLACK_API_URL": f"https://127.0.0.1:{port_of(servers['slack'])}/api/",
            "CLOSE_API_URL": f"https://127.0.0.1:{port_of(servers['close'])}/api/v1/",
            "SSL_CERT_FILE": str(folder / "bench.pem"),
            "NODE_EXTRA_CA_CERTS": str(folder / "bench.pem"),
        }
    finally:
        world.hooks_url = plain
        for server in servers.values():
            server.close()


def certify(folder: Path) -> ssl.SSLContext:
    """Make a certificate for 127.0.0.1 in `folder`/bench.pem, and return a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "bench.pem").write_bytes(made.public_bytes(pem))
    (folder / "bench.key").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "bench.pem", folder / "bench.key")
    return context
