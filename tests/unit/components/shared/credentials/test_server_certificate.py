"""The certificate of Argo CD's server: derived, and what a client asks for."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from components.shared.credentials.derivation import Derivation
from components.shared.credentials.server_certificate import server_certificate

DERIVATION = Derivation("a seed of thirty-two characters!", "gitops-bootstrap-test")
MADE = server_certificate(DERIVATION, "argocd")


def test_it_is_the_same_in_every_run() -> None:
    assert server_certificate(DERIVATION, "argocd") == MADE


def test_its_counter_its_namespace_and_the_seed_make_others() -> None:
    others = {
        MADE.certificate,
        server_certificate(DERIVATION, "argocd", 1).certificate,
        server_certificate(DERIVATION, "delivery").certificate,
        server_certificate(Derivation("another", DERIVATION.scope), "argocd").certificate,
    }
    assert len(others) == 4


def test_it_names_the_service_and_is_signed_by_its_key() -> None:
    certificate = x509.load_pem_x509_certificate(MADE.certificate.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert "argocd-server.argocd.svc" in names.get_values_for_type(x509.DNSName)
    certificate.verify_directly_issued_by(certificate)
    key = load_pem_private_key(MADE.key.encode(), None)
    assert key.public_key() == certificate.public_key()
    assert certificate.not_valid_before_utc == datetime(2026, 1, 1, tzinfo=UTC)
    assert certificate.not_valid_after_utc.year == 2035


def test_its_key_is_not_shown() -> None:
    assert "PRIVATE" not in repr(MADE)
