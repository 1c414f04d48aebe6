"""A passkey in a real browser: made on the account page, then the only thing one needs."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from jieyue.libraries.models import Gateway
from tests.doors.web.test_signing_in import with_password

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_once_and_signs_in_from_then_on(phone, live_server, world) -> None:
    reader = with_password(world, world.patron())
    Gateway.objects.create(library_id=world.library.pk, kind="sms", provider="test")
    here = f"http://localhost:{urlsplit(live_server.url).port}/northfield"  # a name, not digits
    tools = phone.context.new_cdp_session(phone)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    phone.goto(f"{here}/sign-in?by=password&next=/northfield/account")
    phone.get_by_label("卡号、手机号或登录名").fill(reader.card)
    phone.get_by_label("密码", exact=True).fill("secret words")
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.get_by_role("button", name="在本设备上创建通行密钥").click()
    expect(phone.get_by_text("通行密钥已保存")).to_be_visible()

    for page in ("?by=sms", "?by=password"):
        phone.context.clear_cookies()
        phone.goto(f"{here}/sign-in{page}")
        if page == "?by=sms":  # else the browser offers it with the name, and the key says yes
            phone.get_by_role("button", name="用指纹、面容或通行密钥登录").click()
        expect(phone).to_have_url(f"{here}/my/loans")
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
