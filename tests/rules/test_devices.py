"""What a browser says it is, in words that its owner knows it by, and roughly where from."""

import pytest

from jieyue.accounts.rules.devices import device_of, network_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            (
                f"Mozilla/5.0 (Linux; Android 14; V2309A) {WEBKIT} Chrome/116.0 "
                "Mobile Safari/537.36 "
                "XWEB/1160065 MMWEBSDK/20231202 MicroMessenger/8.0.47.2560(0x28002F30) WeChat/arm64"
            ),
            "wechat android",
        ),
        (
            (
                f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {WEBKIT} Chrome/114.0 "
                "Safari/537.36 ArkWeb/4.1 "
                "Mobile HuaweiBrowser/5.0.4.300"
            ),
            "huawei harmony",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
            ),
            "safari iphone",
        ),
        (
            (
                f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/120.0 Safari/537.36 "
                "Edg/120.0.0.0"
            ),
            "edge windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", "firefox linux"),
        ("", "other other"),
        ("x" * 10_000, "other other"),
    ],
)
def test_a_device_is_named_by_what_its_owner_calls_it(agent: str, device: str) -> None:
    assert device_of(agent) == device


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.*"),
        ("::ffff:203.0.113.77", "203.0.113.*"),
        ("2001:db8:1:2::5", "2001:db8:1:*"),
        ("::1", "0:0:0:*"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_is_shown_without_its_end(address: str, network: str) -> None:
    assert network_of(address) == network
