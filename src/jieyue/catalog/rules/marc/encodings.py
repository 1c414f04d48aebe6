"""In what encoding text is: each record's own evidence first, then what most of the file says.

UTF-8 that holds Han characters is never an accident. GB18030 that happens to be valid UTF-8 gives
Latin, Greek or Arabic letters; then the rest of the file decides.
"""

import re
from collections.abc import Iterable

from pymarc import marc8_to_unicode

from jieyue.catalog.rules.marc.findings import Encoding

_HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]")
_EACC = (b"\x1b$1", b"\x1b$,1")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_BREAKS = re.compile(r"[\r\n]+")
REPLACED = "\ufffd"


def evidence(raw: bytes) -> Encoding | None:
    """Return the encoding that `raw` shows, or None when it may be either."""
    if raw.isascii():
        return Encoding.MARC8 if any(escape in raw for escape in _EACC) else None
    as_utf8, as_gb = _strict(raw, Encoding.UTF8), _strict(raw, Encoding.GB18030)
    if as_utf8 is not None and as_gb is not None:
        return Encoding.UTF8 if _HAN.search(as_utf8) or not _HAN.search(as_gb) else None
    if as_utf8 is not None or as_gb is not None:
        return Encoding.UTF8 if as_gb is None else Encoding.GB18030
    wrong = {one: _wrong(raw, one) for one in (Encoding.UTF8, Encoding.GB18030)}
    if wrong[Encoding.UTF8] == wrong[Encoding.GB18030]:
        return None
    return min(wrong, key=lambda one: wrong[one])


def majority(raws: Iterable[bytes]) -> Encoding:
    """Return the encoding most of a file's records are in; UTF-8 if they do not say."""
    votes = dict.fromkeys(Encoding, 0)
    for raw in raws:
        if one := evidence(raw):
            votes[one] += 1
    return max(votes, key=lambda one: votes[one])


def decoded(raw: bytes, encoding: Encoding) -> str:
    """Return the text of `raw`; signs that cannot be read become U+FFFD."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    if encoding is Encoding.MARC8:
        try:
            return str(marc8_to_unicode(raw, hide_utf8_warnings=True))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return raw.decode("ascii", "replace")
    return raw.decode(encoding, "replace")


def without_controls(text: str) -> str:
    """Return `text` without signs that no MARC or XML text may hold; a line break is a space."""
    if text.isprintable():
        return text
    return _CONTROLS.sub("", _BREAKS.sub(" ", text))


def _strict(raw: bytes, encoding: Encoding) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wrong(raw: bytes, encoding: Encoding) -> int:
    return raw.decode(encoding, "replace").count(REPLACED)
