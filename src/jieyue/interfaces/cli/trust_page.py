"""The plain-http page that says how to trust this installation's certificate, then leads on."""

import html
import plistlib
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Final

from jieyue.interfaces.cli import certificates

CERTIFICATE: Final = "/jieyue.crt"
PROFILE: Final = "/jieyue.mobileconfig"
STYLE: Final = """
:root{color-scheme:light dark}body{font:18px/1.6 system-ui,"PingFang SC","Microsoft YaHei",
sans-serif;max-width:42rem;margin:0 auto;padding:1.5rem}h1{font-size:1.6rem}
a.button{display:block;background:#234a7d;color:#fff;text-align:center;text-decoration:none;
padding:.9rem;border-radius:.5rem;margin:1rem 0}details{border:1px solid #8886;
border-radius:.8rem;padding:.8rem 1rem;margin:.8rem 0}summary{font-weight:600;cursor:pointer}
code{font-size:.85rem;word-break:break-word}
"""
ZH: Final = {
    "lang": "zh-CN",
    "name": "中文",
    "title": "让手机信任这个图书馆",
    "why": "相机只在安全连接（https）下可用。这台电脑有自己的证书，每部手机信任一次即可。"
    "以后换 IP 地址也不用再做。",
    "one": "1. 下载证书",
    "one_apple": "1. 下载描述文件（iPhone、iPad、Mac）",
    "two": "2. 按您的设备操作",
    "android": "安卓手机",
    "android_steps": [
        "点上面的“下载证书”。",
        (
            "打开 设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书"
            "（有的手机在“更多安全设置”里，可在设置中搜索“证书”）。"
        ),
        "选择刚下载的 jieyue.crt，确认安装。",
    ],
    "iphone": "iPhone、iPad",
    "iphone_steps": [
        "用 Safari 打开本页，点“下载描述文件”，选择“允许”。",
        "打开 设置 → 已下载描述文件 → 安装。",
        "再打开 设置 → 通用 → 关于本机 → 证书信任设置，打开 Jieyue 的开关。",
    ],
    "windows": "Windows",
    "windows_steps": [
        "下载证书后双击它，点“安装证书”。",
        "选“本地计算机”，再选“将所有的证书都放入下列存储” → 受信任的根证书颁发机构。",
        "完成后重新打开浏览器。",
    ],
    "mac": "Mac",
    "mac_steps": [
        "下载证书后双击，加入“钥匙串访问”的“系统”。",
        "双击这张证书，展开“信任”，选“始终信任”。",
    ],
    "print": "安装前请核对指纹（SHA-256），应与运行借阅的电脑上显示的一致：",
    "three": "3. 打开图书馆",
    "wechat": "微信里的网页不使用自行安装的证书：请点右上角“…”，用手机浏览器打开。",
}
EN: Final = {
    "lang": "en",
    "name": "English",
    "title": "Have your phone trust this library",
    "why": "A camera opens only by a safe connection (https). This computer has a certificate of "
    "its own; each phone trusts it once, and need not again when the address changes.",
    "one": "1. Download the certificate",
    "one_apple": "1. Download the profile (iPhone, iPad, Mac)",
    "two": "2. Do this on your device",
    "android": "Android",
    "android_steps": [
        "Tap “Download the certificate” above.",
        (
            "Open Settings → Security → Encryption & credentials → Install a certificate → "
            "CA certificate (or search the settings for “certificate”)."
        ),
        "Choose jieyue.crt, just downloaded, and confirm.",
    ],
    "iphone": "iPhone, iPad",
    "iphone_steps": [
        "Open this page in Safari, tap “Download the profile”, and allow it.",
        "Open Settings → Profile Downloaded → Install.",
        "Then Settings → General → About → Certificate Trust Settings: switch Jieyue on.",
    ],
    "windows": "Windows",
    "windows_steps": [
        "Double-click the downloaded certificate, then “Install Certificate”.",
        (
            "Choose “Local Machine”, then “Place all certificates in the following store” → "
            "Trusted Root Certification Authorities."
        ),
        "Then start the browser again.",
    ],
    "mac": "Mac",
    "mac_steps": [
        "Double-click the downloaded certificate and add it to “System” in Keychain Access.",
        "Double-click it there, open “Trust”, and choose “Always Trust”.",
    ],
    "print": "Before installing compare the fingerprint (SHA-256): the computer that runs Jieyue "
    "shows the same one:",
    "three": "3. Open the library",
    "wechat": "Pages inside WeChat ignore certificates installed by hand: tap “…” and open them "
    "in the phone's browser.",
}


DEVICES: Final = {  # by what its browser says of itself, the first that fits
    "iPhone": "iphone", "iPad": "iphone", "Android": "android", "Windows": "windows",
    "Macintosh": "mac",
}  # fmt: skip
# Apple's phones take the profile, Android and Windows the certificate; an iPad may say it is a Mac.
OFFERED: Final = {"iphone": ("one_apple",), "android": ("one",), "windows": ("one",)}


def device_of(agent: str) -> str:
    """Return which of the devices a browser runs on, "" if it does not say."""
    return next((device for sign, device in DEVICES.items() if sign in agent), "")


@dataclass(frozen=True, slots=True)
class Trust:
    """What the page is about."""

    files: certificates.Certificates
    port: int  # of https

    def page(self, host: str, *, in_english: bool, device: str = "") -> str:
        """Return the page as asked for under a host name, which https has as well.

        What the `device` asking needs lies open; the rest is a tap away.
        """
        words, other = (EN, ZH) if in_english else (ZH, EN)
        print_ = certificates.fingerprint(self.files.authority)
        lists = "".join(
            f"<details{' open' if name == device else ''}>"
            f"<summary>{words[name]}</summary><ol>"
            + "".join(f"<li>{step}</li>" for step in words[f"{name}_steps"])
            + "</ol></details>"
            for name in ("android", "iphone", "windows", "mac")
        )
        files = {"one": CERTIFICATE, "one_apple": PROFILE}
        buttons = "".join(
            f'<a class="button" href="{files[which]}">{words[which]}</a>'
            for which in OFFERED.get(device, files)
        )
        address = html.escape(f"https://{host}:{self.port}/")
        return (
            f'<!doctype html><html lang="{words["lang"]}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{words['title']}</title><style>{STYLE}</style>"
            f'<p><a href="/?{"zh" if in_english else "en"}" lang="{other["lang"]}">'
            f"{other['name']}</a></p><h1>{words['title']}</h1><p>{words['why']}</p>"
            f"{buttons}<h2>{words['two']}</h2>{lists}"
            f"<p>{words['print']}</p><p><code>{print_}</code></p>"
            f"<p>{words['wechat']}</p>"
            f'<a class="button" href="{address}">{words["three"]}</a>'
        )

    def profile(self) -> bytes:
        """Return the certificate as Apple's devices install it; the same ids each time."""
        content = certificates.as_der(self.files.authority)
        mark = certificates.fingerprint(self.files.authority)
        ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"jieyue:{mark}:{n}")).upper() for n in (1, 2)]
        inner = {
            "PayloadType": "com.apple.security.root",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"jieyue.authority.{ids[0]}",
            "PayloadUUID": ids[0],
            "PayloadDisplayName": "Jieyue",
            "PayloadCertificateFileName": "jieyue.cer",
            "PayloadContent": content,
        }
        return plistlib.dumps({
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"jieyue.trust.{ids[1]}",
            "PayloadUUID": ids[1],
            "PayloadDisplayName": "借阅 Jieyue",
            "PayloadContent": [inner],
        })  # fmt: skip


def handler_for(trust: Trust) -> type[BaseHTTPRequestHandler]:
    """Return what answers the plain-http port: the page, the certificate, the profile."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            """Answer."""
            path, _, query = self.path.partition("?")
            if path == CERTIFICATE:
                self._send("application/x-x509-ca-cert", certificates.as_der(trust.files.authority))
            elif path == PROFILE:
                self._send("application/x-apple-aspen-config", trust.profile())
            else:
                self._send("text/html; charset=utf-8", self._page(query).encode())

        def _page(self, query: str) -> str:
            host = self.headers.get("Host", "localhost")
            name = host if host.endswith("]") else host.rpartition(":")[0] or host
            chinese = self.headers.get("Accept-Language", "zh").lower().startswith("zh")
            in_english = query == "en" or (query != "zh" and not chinese)
            device = device_of(self.headers.get("User-Agent", ""))
            return trust.page(name[:100], in_english=in_english, device=device)

        def _send(self, kind: str, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"
            )
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing: addresses of phones are nobody's business."""

    return Handler


def files_of(folder: Path) -> certificates.Certificates:
    """Return the certificates that lie in a folder."""
    return certificates.Certificates(folder)
