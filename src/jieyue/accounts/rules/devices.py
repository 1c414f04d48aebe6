"""What a browser says it is, and where from: to know one's own devices, and to count tries."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
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


def source_of(address: str) -> str:
    """Return what limits count as one source: an IPv4 address, of IPv6 the /64 one line has.

    Whoever has a line at home may take another of its 18 trillion million addresses each time.
    """
    try:
        found = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv4Address):
        return str(found)
    return str(IPv6Network((found, 64), strict=False))


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
