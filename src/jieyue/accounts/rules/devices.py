"""What a browser says it is, and roughly where from: enough to know one's own devices."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

# The first that is found counts: most browsers also call themselves by their elders' names.
_BROWSERS: Final = (
    ("micromessenger", "wechat"),
    ("jieyue", "app"),
    ("huaweibrowser", "huawei"),
    ("miuibrowser", "xiaomi"),
    ("ucbrowser", "uc"),
    ("mqqbrowser", "qq"),
    ("qqbrowser", "qq"),
    ("edg", "edge"),
    ("samsungbrowser", "samsung"),
    ("firefox", "firefox"),
    ("fxios", "firefox"),
    ("crios", "chrome"),
    ("chrome", "chrome"),
    ("safari", "safari"),
)
_SYSTEMS: Final = (
    ("openharmony", "harmony"),
    ("harmonyos", "harmony"),
    ("iphone", "iphone"),
    ("ipad", "ipad"),
    ("android", "android"),
    ("windows", "windows"),
    ("cros", "chromeos"),
    ("mac os", "mac"),
    ("linux", "linux"),
)


def device_of(agent: str) -> str:
    """Return `<browser> <system>` in words of ours (`chrome android`), `other` where unknown."""
    text = agent[:500].casefold()
    names = [
        next((name for mark, name in known if mark in text), "other")
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return " ".join(names)


def network_of(address: str) -> str:
    """Return a network address without its end: `203.0.113.*`, `2001:db8:1:*`; empty if none."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv4Address):
        return f"{str(found).rpartition('.')[0]}.*"
    return ":".join(part.lstrip("0") or "0" for part in found.exploded.split(":")[:3]) + ":*"
