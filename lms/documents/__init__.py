"""Papers the school issues, drawn from plain data: data in, bytes out."""

from lms.documents.certificate import CertificateData, certificate

__all__ = ["CertificateData", "certificate"]
