"""E-mail as a mail server receives it, and what its answers mean."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from jieyue.kit.net import http
from jieyue.libraries.gateways import GatewayView
from jieyue.notices.channels import email
from jieyue.notices.channels.base import Failed, Handed, Message
from tests.servers.certificates import certificate
from tests.servers.smtp import MailServer

READER = "reader@example.com"


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MailServer() as running:
        yield running


def gateway(server: MailServer, **changes: object) -> GatewayView:
    return GatewayView(
        kind="email",
        provider="smtp",
        settings=server.settings | changes,
        sender_name="番薯图书馆",
    )


def message(**changes: str) -> Message:
    given = {"id": "n1", "subject": "《活着》明天到期", "text": "请在明天归还。"} | changes
    return Message(**given)


def test_a_mail_arrives_with_the_library_s_name_and_both_kinds_of_text(server: MailServer) -> None:
    text = "《活着》明天到期。\n请归还或续借:https://lib.example/r/1?a=1&b=2\n\n<b>谢谢</b>"
    sent = email.send(
        gateway(server),
        READER,
        message(
            text=text,
            link="https://lib.example/r/1?a=1&b=2",
            unsubscribe="https://lib.example/stop/abc",
        ),
    )

    assert sent == Handed(reference="n1")
    [mail] = server.mails
    assert (mail.sender, mail.recipients) == ("library@example.org", [READER])
    [sender] = mail.letter["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("番薯图书馆", "library@example.org")
    assert mail.letter["Subject"] == "《活着》明天到期"
    assert mail.letter["Message-ID"] == "<n1@example.org>"
    assert mail.letter["List-Unsubscribe"] == "<https://lib.example/stop/abc>"
    assert mail.letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.letter["Auto-Submitted"] == "auto-generated"
    assert mail.text.startswith(text)
    assert mail.text.rstrip().endswith("不想再收到这类消息：https://lib.example/stop/abc")
    link = '<a href="https://lib.example/r/1?a=1&amp;b=2">https://lib.example/r/1?a=1&amp;b=2</a>'
    assert f"<p>《活着》明天到期。<br>\n请归还或续借:{link}</p>" in mail.html
    assert "<p>&lt;b&gt;谢谢&lt;/b&gt;</p>" in mail.html
    assert '<html lang="zh-CN">' in mail.html


def test_a_link_that_the_text_lacks_is_added_and_no_more(server: MailServer) -> None:
    email.send(gateway(server), READER, message(link="http://lib.example/r/1", language="en"))

    [mail] = server.mails
    assert mail.text.split() == ["请在明天归还。", "http://lib.example/r/1"]
    assert '<a href="http://lib.example/r/1">' in mail.html
    assert mail.letter["List-Unsubscribe"] is None


def test_an_unsubscribe_address_without_https_promises_no_one_click(server: MailServer) -> None:
    email.send(gateway(server), READER, message(unsubscribe="http://lib.example/stop"))

    assert server.mails[0].letter["List-Unsubscribe"] == "<http://lib.example/stop>"
    assert server.mails[0].letter["List-Unsubscribe-Post"] is None


def test_nothing_in_a_message_or_a_name_can_add_a_header(server: MailServer) -> None:
    view = gateway(server)
    evil = "a\r\nBcc: thief@example.net\r\n\r\nhello"
    named = GatewayView(
        kind="email", provider="smtp", settings=view.settings, sender_name=f'x" {evil} <b@c.de>'
    )
    sent = email.send(
        named,
        READER,
        message(id=evil, subject=evil, unsubscribe=f"https://lib.example/{evil}", link=evil),
    )

    assert isinstance(sent, Handed)
    [mail] = server.mails
    assert mail.recipients == [READER]
    assert mail.letter["Bcc"] is None
    assert mail.letter["List-Unsubscribe"] is None
    assert mail.letter["Subject"] == "a Bcc: thief@example.net hello"
    [sender] = mail.letter["From"].addresses
    assert sender.addr_spec == "library@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b",
        "a b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com, b@example.com",
        "<a@example.com>",
        "读者@example.com",
        f"{'a' * 10_000}@example.com",
    ],
)
def test_what_is_no_address_is_never_tried(server: MailServer, address: str) -> None:
    assert email.send(gateway(server), address, message()) == Failed(
        scope="address", code="bad_address"
    )
    assert server.connections == 0


def test_a_domain_of_other_letters_is_written_in_ascii(server: MailServer) -> None:
    email.send(gateway(server), "reader@bücher.example", message())

    assert server.mails[0].recipients == ["reader@xn--bcher-kva.example"]


def test_long_lines_and_long_subjects_stay_readable(server: MailServer) -> None:
    text = "很长" * 5_000
    email.send(gateway(server), READER, message(text=text, subject="题" * 10_000))

    [mail] = server.mails
    assert mail.text.strip() == text
    assert len(mail.letter["Subject"]) == 150


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("550 5.1.1 No such user", ("address", "no_such_address")),
        ("550 Mailbox not found", ("address", "no_such_address")),
        ("550 5.7.1 Blocked by policy", ("message", "policy")),
        ("552 5.2.2 Mailbox full", ("message", "mailbox_full")),
        ("450 4.2.0 Greylisted, try later", ("service", "try_later")),
        ("421 4.3.2 Shutting down", ("service", "try_later")),
        ("530 5.7.0 Sign in first", ("setup", "password_refused")),
    ],
)
def test_what_a_server_says_of_an_address(
    server: MailServer, said: str, expected: tuple[str, str]
) -> None:
    server.refuses[READER] = said

    failed = email.send(gateway(server), READER, message())

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code) == expected
    assert failed.detail == said
    assert server.mails == []


def test_the_reader_s_address_is_not_in_what_is_kept_of_an_answer(server: MailServer) -> None:
    server.refuses[READER] = f"550 5.1.1 <{READER}>: other@example.com unknown, ask 13812345678"

    failed = email.send(gateway(server), READER, message())

    assert isinstance(failed, Failed)
    assert failed.detail == "550 5.1.1 <…>: … unknown, ask …"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("554 5.7.1 Spam", ("message", "refused")),
        ("451 4.3.0 Try again", ("service", "try_later")),
    ],
)
def test_what_a_server_says_of_a_letter(
    server: MailServer, said: str, expected: tuple[str, str]
) -> None:
    server.answers = [said]

    failed = email.send(gateway(server), READER, message())

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code) == expected


def test_one_connection_serves_many_mails(server: MailServer) -> None:
    with email.open_session(gateway(server)) as session:
        sent = [session.send(f"reader{i}@example.com", message(id=f"n{i}")) for i in range(5)]

    assert sent == [Handed(reference=f"n{i}") for i in range(5)]
    assert (len(server.mails), server.connections) == (5, 1)


def test_a_letter_s_last_line_waits_for_no_acknowledgement(server: MailServer) -> None:
    with email.open_session(gateway(server)) as session:
        session.send(READER, message())
        assert session._smtp is not None
        assert session._smtp.sock is not None
        assert session._smtp.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_a_refused_address_does_not_spoil_the_next_mail(server: MailServer) -> None:
    server.refuses["gone@example.com"] = "550 5.1.1 No such user"

    with email.open_session(gateway(server)) as session:
        first = session.send("gone@example.com", message(id="n1"))
        second = session.send(READER, message(id="n2"))

    assert isinstance(first, Failed)
    assert second == Handed(reference="n2")
    assert [mail.recipients for mail in server.mails] == [[READER]]
    assert server.connections == 1


def test_a_dropped_connection_is_made_anew_and_no_mail_goes_twice(server: MailServer) -> None:
    server.drops_after = 3

    with email.open_session(gateway(server)) as session:
        sent = [session.send(f"reader{i}@example.com", message(id=f"n{i}")) for i in range(5)]

    assert sent == [Handed(reference=f"n{i}") for i in range(5)]
    assert [mail.recipients[0] for mail in server.mails] == [
        f"reader{i}@example.com" for i in range(5)
    ]
    assert server.connections == 3


def test_a_server_that_always_hangs_up_is_a_matter_of_the_service(server: MailServer) -> None:
    server.drops_after = 1

    assert email.send(gateway(server), READER, message()) == Failed(
        scope="service", code="connection_lost"
    )


def test_a_server_slower_than_a_mail_may_take_is_given_up(server: MailServer, monkeypatch) -> None:
    monkeypatch.setattr(email, "MAIL_SECONDS", 0.1)
    server.delay = 0.6

    assert email.send(gateway(server), READER, message()) == Failed(scope="service", code="timeout")


def test_a_wrong_password_is_a_matter_of_the_settings(settings) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MailServer(user="library", password="right") as server:
        right = email.send(gateway(server), READER, message())
        wrong = email.send(gateway(server, password="wrong"), READER, message())
        none = email.send(gateway(server, user=""), READER, message())

    assert right == Handed(reference="n1")
    assert isinstance(wrong, Failed)
    assert (wrong.scope, wrong.code) == ("setup", "password_refused")
    assert isinstance(none, Failed)
    assert none.scope == "setup"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_speaks_tls_and_looks_at_the_certificate(
    settings, monkeypatch, tmp_path: Path, security: str
) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = True
    path = certificate(tmp_path)
    with MailServer(certificate=path, tls=security == "tls") as server:
        view = gateway(server, security=security)
        distrusted = email.send(view, READER, message())
        trusted = ssl.create_default_context(cafile=str(path))
        monkeypatch.setattr(email, "tls_context", lambda: trusted)
        sent = email.send(view, READER, message())

    assert isinstance(distrusted, Failed)
    assert (distrusted.scope, distrusted.code) == ("setup", "bad_certificate")
    assert sent == Handed(reference="n1")
    assert len(server.mails) == 1


def test_a_server_without_starttls_gets_no_password(server: MailServer) -> None:
    assert email.send(gateway(server, security="starttls"), READER, message()) == Failed(
        scope="setup", code="no_starttls"
    )


def test_a_public_server_is_not_spoken_to_in_the_clear(server: MailServer) -> None:
    assert email.send(gateway(server, host="8.8.8.8"), READER, message()) == Failed(
        scope="setup", code="not_encrypted"
    )


def test_a_library_s_server_stands_in_no_private_network(server: MailServer, settings) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = False

    assert email.send(gateway(server), READER, message()) == Failed(
        scope="setup", code="address_refused"
    )
    own = GatewayView(kind="email", provider="smtp", settings=server.settings, is_installation=True)
    assert email.send(own, READER, message()) == Handed(reference="n1")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"host": ""}, "settings_missing"),
        ({"port": "many"}, "settings_missing"),
        ({"security": "magic"}, "settings_missing"),
        ({"sender": "nobody"}, "sender_missing"),
    ],
)
def test_settings_that_cannot_work_are_said(
    server: MailServer, changes: dict[str, object], code: str
) -> None:
    assert email.send(gateway(server, **changes), READER, message()) == Failed(
        scope="setup", code=code
    )


def test_nobody_listening_is_a_matter_of_the_service(settings) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MailServer() as gone:
        view = gateway(gone)

    assert email.send(view, READER, message()) == Failed(scope="service", code="unreachable")


def test_trust_is_the_system_s(server: MailServer) -> None:
    assert email.tls_context is http.tls_context
    assert email.tls_context().verify_mode == ssl.CERT_REQUIRED
