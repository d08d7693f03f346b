"""A certificate that signed itself, for the name `desk.example` and this machine."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """PEM files. Who trusts `cert` believes the server that has `key`."""

    cert: Path
    key: Path


def make_certificate(folder: Path, name: str = "desk") -> Certificate:
    made = Certificate(cert=folder / f"{name}.pem", key=folder / f"{name}.key")
    command = [
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
        *("-subj", "/CN=desk.example", "-addext", "subjectAltName=DNS:desk.example,DNS:localhost,IP:127.0.0.1"),
        *("-keyout", str(made.key), "-out", str(made.cert)),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return made
