"""The certificate of Argo CD's server for whoever reaches it inside the cluster: signed by itself.

The server would make one at its first start, which nobody knows beforehand; this one can be handed
to its clients in the same run.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from components.shared.credentials.argo_cd import FIRST_DAY
from components.shared.credentials.derivation import Derivation

_ORDER = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
"""Order of the curve P-256. Ref: https://www.rfc-editor.org/rfc/rfc5903 section 3.1"""

_YEARS = 10


@dataclass(frozen=True)
class ServerCertificate:
    """A certificate and its key, both PEM."""

    certificate: str
    key: str = field(repr=False)


def server_certificate(
    derivation: Derivation, namespace: str, rotation: int = 0
) -> ServerCertificate:
    """Return the certificate for the names of Service argocd-server; valid until 2035.

    The same for the same arguments, its signature too: another one in every run would be a change.
    """
    # Sixteen bytes more than the order has: no key is noticeably likelier than another.
    number = int.from_bytes(derivation.key("server certificate", rotation, 48)) % (_ORDER - 1) + 1
    key = ec.derive_private_key(number, ec.SECP256R1())
    host = "argocd-server"
    names = [host, f"{host}.{namespace}", f"{host}.{namespace}.svc"]
    names += [f"{host}.{namespace}.svc.cluster.local", "localhost"]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{host}.{namespace}.svc")])
    begin = datetime.fromtimestamp(FIRST_DAY, UTC)
    serial = int.from_bytes(derivation.key("serial of server certificate", rotation, 15)) | 1
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365 * _YEARS))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, SHA256(), ecdsa_deterministic=True)
    )
    return ServerCertificate(
        certificate.public_bytes(Encoding.PEM).decode(),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )
