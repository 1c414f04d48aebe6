"""`jieyue rotate-keys`: encrypt personal data with the newest key."""

import argparse
from typing import Any, Final

from jieyue.interfaces.cli.words import _

NAME: Final = "rotate-keys"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    from jieyue.interfaces.cli.places import add_data_argument

    parser = commands.add_parser(NAME, help=_("encrypt personal data anew with the newest key"))
    parser.add_argument(
        "--new", action="store_true", help=_("make a new key first (not while Jieyue runs)")
    )
    add_data_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make a key if asked to, then encrypt what older ones hold."""
    import os

    from jieyue.interfaces.cli.places import existing_data_folder, hold

    folder = existing_data_folder(arguments.data)
    # A running server knows only the keys it started with: it could not read what a new one wrote.
    with hold(folder, address="rotate-keys", pid=os.getpid()):
        if arguments.new:
            make_key()
        import django

        django.setup()
        from jieyue.kit.rotation import key_names, rotate

        count = rotate()
        print(_("{count} secrets encrypted anew; the newest key is {name}.").format(
            count=count, name=key_names()[0]
        ))  # fmt: skip
    return 0


def make_key() -> None:
    """Put a new key in front of the key file. Raises TroubleError if the environment holds them."""
    import os

    from django.conf import settings

    from jieyue.interfaces.cli.troubles import TroubleError
    from jieyue.kit.rotation import with_new_key

    if os.environ.get("JIEYUE_FIELD_KEYS"):
        raise TroubleError(_("The keys are in JIEYUE_FIELD_KEYS: put a new one in front there."))
    path = settings.KEYS_DIR / "field_keys"
    part = path.with_name(".field_keys.new")
    text = with_new_key(settings.FIELD_KEYS)
    handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    settings.FIELD_KEYS = text.strip()
    print(_("New key in {path}. Keep the old ones: older copies need them.").format(path=path))
