"""Plain words for services: what they are, what each field wants, what their answers mean."""

from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as lazy


class Words(NamedTuple):
    """A name, what it is for, and where it is to be had."""

    name: object
    text: object


CHANNELS: Final = {
    "email": Words(
        lazy("E-mail"), lazy("Costs nothing. Good for reminders, and for signing in by a code.")
    ),
    "sms": Words(
        lazy("SMS"),
        lazy("Reaches everybody with a phone; each message costs money. You need a contract."),
    ),
    "wechat": Words(
        lazy("WeChat"),
        lazy("Signing in with WeChat, and messages readers allow one by one. Costs nothing."),
    ),
    "push": Words(
        lazy("On readers' phones"),
        lazy("Free, and ready: readers switch it on in the library's page on their own phone."),
    ),
}
PROVIDERS: Final = {
    "smtp": Words(
        lazy("Mail server (SMTP)"),
        lazy(
            "Any mailbox will do. In its web page, look in the settings for SMTP or "
            "“client password”; QQ, 163 and company mail give a separate code for programs."
        ),
    ),
    "aliyun": Words(
        lazy("Aliyun SMS"),
        lazy("In the Aliyun console under 短信服务: have a signature and texts approved there."),
    ),
    "tencent": Words(
        lazy("Tencent Cloud SMS"),
        lazy("In the Tencent Cloud console under 短信: have a signature and texts approved there."),
    ),
    "http": Words(
        lazy("Another SMS gateway"),
        lazy("For any gateway with a web address. Its manual says what to fill in here."),
    ),
    "official_account": Words(
        lazy("Official account (服务号)"),
        lazy("On mp.weixin.qq.com under 设置与开发 → 开发接口管理. The account must be verified."),
    ),
    "mini_program": Words(
        lazy("Mini program (小程序)"),
        lazy("On mp.weixin.qq.com under 开发与服务 → 开发管理."),
    ),
}
LABELS: Final = {
    "host": Words(lazy("Server"), lazy("Such as smtp.qq.com")),
    "port": Words(lazy("Port"), lazy("Empty: 465 or 587, as the encryption wants it")),
    "security": Words(lazy("Encryption"), ""),
    "user": Words(lazy("User name"), lazy("As a rule the whole e-mail address")),
    "password": Words(lazy("Password for programs"), ""),
    "sender": Words(
        lazy("Sent from"), lazy("The e-mail address readers see; the library's name stands before")
    ),
    "reply_to": Words(lazy("Answers go to"), lazy("Empty: to the address they come from")),
    "key_id": Words(
        lazy("Key name"), lazy("AccessKey ID (Aliyun) or SecretId (Tencent), under 访问管理")
    ),
    "key_secret": Words(lazy("Key"), ""),
    "app_id": Words(lazy("App ID"), lazy("As the console shows it")),
    "app_secret": Words(lazy("App secret"), ""),
    "once_template": Words(
        lazy("Template ID of one-time messages (一次性订阅消息)"),
        lazy(
            "Beside that right under 接口权限. Readers then allow messages one by one on their "
            "page, within WeChat. This library's web address must stand under 业务域名."
        ),
    ),
    "scope": Words(
        lazy("Signing in asks for"),
        lazy("The name in all apps of one owner is needed only where there are several."),
    ),
    "web_app_id": Words(
        lazy("App ID of the website"),
        lazy("Only for signing in at a computer (open.weixin.qq.com)"),
    ),
    "web_app_secret": Words(lazy("App secret of the website"), ""),
    "mini_app_id": Words(
        lazy("App ID of the mini program"), lazy("Only for a mini program of your own")
    ),
    "mini_app_secret": Words(lazy("App secret of the mini program"), ""),
    "sign_name": Words(
        lazy("Signature"), lazy("The name in 【】 before each message, as approved")
    ),
    "countries": Words(
        lazy("Codes also to numbers abroad: country codes"),
        lazy(
            "Such as 852, 853. Empty: only mainland China. Who applies may type any number, and "
            "one abroad can cost you a lot."
        ),
    ),
    "region": Words(lazy("Region"), lazy("Empty: ap-guangzhou")),
    "url": Words(lazy("Address"), lazy("Blanks: {phone} {text} {id} {key}")),
    "method": Words(lazy("Way of asking"), ""),
    "headers": Words(lazy("Headers"), lazy("One a line, such as Authorization: Bearer {key}")),
    "body_kind": Words(lazy("What is sent is"), ""),
    "body": Words(
        lazy("What is sent"),
        lazy(
            'Such as {"mobile": "{phone}", "content": "{text}"}, or mobile={phone}&content={text}'
        ),
    ),
    "number_format": Words(lazy("Phone numbers as"), ""),
    "good_field": Words(
        lazy("Field that says it worked"), lazy("Such as code; empty: any answer is a good one")
    ),
    "good_values": Words(lazy("It says then"), lazy("Such as 0, or several with commas")),
    "reference_field": Words(lazy("Field with their number"), lazy("Such as data.id")),
    "key": Words(lazy("Key"), lazy("Goes where {key} stands")),
}
CHOICES: Final = {
    "security": (
        ("tls", lazy("SSL/TLS from the start (port 465)")),
        ("starttls", lazy("STARTTLS (port 587)")),
        ("none", lazy("None: only for a server in this house")),
    ),
    "scope": (
        ("snsapi_base", lazy("Nothing: it works in silence")),
        ("snsapi_userinfo", lazy("Their agreement, and the name in all apps (UnionID)")),
    ),
    "method": (("POST", "POST"), ("GET", "GET")),
    "body_kind": (("json", "JSON"), ("form", lazy("A form"))),
    "number_format": (
        ("home", "13812345678"),
        ("whole", "+8613812345678"),
        ("digits", "8613812345678"),
    ),
}
# What became of a test, by the code of a failure.
TRIED: Final = {
    "settings_missing": lazy("Something is missing. Please look at the fields again."),
    "sender_missing": lazy("“Sent from” is no e-mail address."),
    "password_refused": lazy("They do not take the user name, key or password."),
    "sender_refused": lazy("They do not let you send from this address."),
    "no_sign_in": lazy("This server wants no user name: leave it empty, or check the port."),
    "no_starttls": lazy("This server has no STARTTLS. Try the other encryption."),
    "wrong_security": lazy("Encryption failed. Try the other kind, or another port."),
    "bad_certificate": lazy("The server's certificate is not valid for this name."),
    "not_encrypted": lazy("Without encryption only a server in this house may be used."),
    "address_refused": lazy("This address is inside the network, which is not allowed here."),
    "unreachable": lazy("Nobody answers there. Are server and port right?"),
    "timeout": lazy("No answer in time. Try again; if it stays so, check server and port."),
    "connection_lost": lazy("They hung up. Try again; if it stays so, check the settings."),
    "try_later": lazy("They are busy, or want no more just now. Try again later."),
    "bad_answer": lazy("The answer makes no sense. Is the address right?"),
    "wrong_url": lazy("There is nothing at this address. Is it spelled right?"),
    "bad_address": lazy("The address to send the test to is not right."),
    "no_such_address": lazy("They say that there is no such address or number."),
    "opted_out": lazy("This number has opted out of messages."),
    "number_limit": lazy("This number has had too many messages. Try another one."),
    "day_limit": lazy("The account has sent as many as it may today."),
    "no_money": lazy("The account has no money left, or is stopped."),
    "template_missing": lazy(
        "There is no approved text for codes yet: enter one under “Code to sign in”."
    ),
    "template_refused": lazy("They do not know this text, or its blanks do not fit."),
    "blank_unknown": lazy("A text has a blank that we cannot fill. Its name is not in the list."),
    "sign_name_refused": lazy("They do not know this signature, or have not approved it."),
    "not_subscribed": lazy("The service is not switched on in their console yet."),
    "words_refused": lazy("They do not take these words."),
    "mailbox_full": lazy("The mailbox is full."),
    "policy": lazy("They refuse it as unwanted mail. Is “Sent from” your own address?"),
    "refused": lazy("They refused it."),
    "too_long": lazy("It is too long for them."),
    "ip_refused": lazy("Enter this server's address in WeChat's IP list (IP白名单)."),
}
