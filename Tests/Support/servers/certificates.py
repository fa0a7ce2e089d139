"""Writes certificates to try TLS with into a folder: ca.pem; and good, expired, othername, selfsigned, each a chain
with its key in one file. Usage: certificates.py FOLDER"""

import datetime
import ipaddress
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

folder = Path(sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)
day = datetime.timedelta(days=1)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, issuer_key, names, is_authority=False, start=now - day, end=now + day):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def write(file, certificate, key=None):
    data = certificate.public_bytes(serialization.Encoding.PEM)
    if key:
        data += key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    (folder / file).write_bytes(data)


authority = ec.generate_private_key(ec.SECP256R1())
here = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
elsewhere = [x509.DNSName("elsewhere.example")]
write("ca.pem", certificate("Test CA", authority, "Test CA", authority, [], is_authority=True))

key = ec.generate_private_key(ec.SECP256R1())
write("good.pem", certificate("good", key, "Test CA", authority, here), key)
write("expired.pem", certificate("expired", key, "Test CA", authority, here, start=now - 3 * day, end=now - 2 * day), key)
write("othername.pem", certificate("othername", key, "Test CA", authority, elsewhere), key)
write("selfsigned.pem", certificate("selfsigned", key, "selfsigned", key, here), key)
