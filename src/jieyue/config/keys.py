"""Secrets that are made on first use and kept in files outside the database."""

import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path


def kept_secret(path: Path, prefix: str = "") -> str:
    """Return the secret kept in `path`, making one (mode 600) the first time.

    Safe when several processes start at once: the first to create the file wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = prefix + urlsafe_b64encode(secrets.token_bytes(32)).decode()
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        temporary.write_text(made)
        temporary.chmod(0o600)
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text().strip()
