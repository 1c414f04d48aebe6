"""A library that has something on every page: books of all states, readers of all kinds, dues."""

from datetime import time, timedelta

from jieyue.accounts.models import Account
from jieyue.catalog.actions.locations import LocationSaved, add_location
from jieyue.catalog.models import Copy, SourceConfig, Title
from jieyue.catalog.rules.locations import Directions
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.fees.actions import charge
from jieyue.kit import clock
from jieyue.kit.ids import public_id
from jieyue.libraries.models import Branch, Gateway, OpeningHours, Role, SpecialDays, Staff
from jieyue.libraries.rules.permissions import HELPER
from jieyue.notices.models import Notice
from jieyue.patrons.models import PatronCategory
from jieyue.patrons.rules.names import name_key
from tests.world import World

LONG = "一千零一夜：阿拉伯民间故事集全译本（插图珍藏版）"


class Stock:
    """What is in it, for addresses and scans; the library's scope must be open to make it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._people()
        self._books()
        self._loans()
        self._settings()

    def _people(self) -> None:
        world = self.world
        child = PatronCategory.objects.create(
            library_id=world.library.pk, code="child", name="少儿", yearly_fee_cents=1000
        )
        self.reader = world.patron("林晓雨", group_name="三年级二班", student_number="20260317")
        self.frozen = world.patron(
            "欧阳慕容静怡", category=child, frozen_at=world.now, frozen_reason="证件照待补",
            note="找过三次，下次来请提醒她带照片。",
        )  # fmt: skip
        for name in ("赵一一", "赵永义", "𠮷田㛃", "Zoë Müller-Lüdenscheidt"):
            world.patron(name, name_key=name_key(name))
        account = Account.objects.create(name="林晓雨", created_at=world.now)
        account.set_password("secret words")
        account.save()
        self.reader.account = account
        self.reader.save(update_fields=["account"])
        self.reader_account = account
        self.helper_account = Account.objects.create(
            login="helper", name="小助手", created_at=world.now
        )
        role = Role.objects.create(
            library_id=world.library.pk, code="helper", name="志愿者", permissions=sorted(HELPER)
        )
        Staff.objects.create(
            library_id=world.library.pk, account=self.helper_account, role=role, name="吴老师",
            created_at=world.now,
        )  # fmt: skip

    def _books(self) -> None:
        world = self.world
        self.title = world.title(
            "小王子", isbn13="9787020042494", authors="圣埃克苏佩里", translators="马振骋",
            publisher="人民文学出版社", year=2003, clc="I565.88", price_cents=2200, pages=97,
            summary="住在小小星球上的王子，为了一朵玫瑰去旅行。", source="curated",
        )  # fmt: skip
        shelf = {"shelf": "A-07", "call_number": "I565.88/3", "price_cents": 2200}
        self.copies = [world.copy(self.title, **shelf) for _ in range(3)]
        way = Directions(
            name="A", directions="二楼童书区，进门左手第三架", map_url="https://map.example.org/"
        )
        said = add_location(world.desk(), branch=world.branch.code, given=way)
        assert isinstance(said, LocationSaved), said
        self.location = said.location
        self.long = world.title(
            LONG, subtitle="山鲁佐德讲给国王听的故事", authors="佚名 / 纳训 / 李唯中 / 郅溥浩",
            publisher="人民文学出版社", clc="I371.73",
        )  # fmt: skip
        self.in_repair = world.copy(self.long, standing="repair", parts="CD 2 张、地图 1 张")
        self.others = [
            world.copy(world.title(name, authors=author, clc=clc))
            for name, author, clc in (
                ("城南旧事", "林海音", "I246.5"),
                ("昆虫记", "法布尔", "Q96-49"),
                ("中国通史", "吕思勉", "K20"),
                ("The Very Hungry Caterpillar", "Eric Carle", "I712.85"),
            )
        ]
        # Written down twice, by two people.
        self.double = world.title("中国通史", authors="吕思勉", summary="从远古到近代的中国。")
        Title.objects.filter(name="中国通史").update(match_key="d0uble")
        self.draft = world.title("ISBN 9787111999997", isbn13="9787111999997", state="draft")
        world.copy(self.draft)
        self.doubtful = world.title(
            "请求过快", isbn13="9787020002207", state="doubtful", doubts=["title_suspicious"]
        )

    def _loans(self) -> None:
        """Two returned, one of them late; one overdue, one due in days, one in weeks; and dues."""
        world = self.world
        late, soon, back, late_back = self.others[0], self.copies[0], self.others[2], self.others[3]
        self._lend(back, 60)
        self._take_back(back, 50)
        self._lend(late, 45)
        self._lend(late_back, 40)
        self._lend(soon, 28)
        self._lend(self.others[1], 16)
        self._take_back(late_back, 0)
        charge(world.desk(), patron=self.reader.public_id, amount_cents=350, reason="封面破损")

    def _lend(self, copy: Copy, days_ago: int) -> None:
        desk = self.world.days_later(-days_ago)
        lent = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=self.reader.card)
        assert lent.results[0].type == "lent", lent

    def _take_back(self, copy: Copy, days_ago: int) -> None:
        checkin(self.world.days_later(-days_ago), copy_barcodes=(copy.barcode,))

    def _settings(self) -> None:
        world = self.world
        mine = {"library_id": world.library.pk}
        Branch.objects.create(**mine, code="south", name="城南分馆", created_at=world.now)
        for weekday in range(5):
            OpeningHours.objects.create(
                **mine, branch=world.branch, weekday=weekday, opens_at_time=time(9),
                closes_at_time=time(17),
            )  # fmt: skip
        soon = world.now.date() + timedelta(days=30)
        SpecialDays.objects.create(
            **mine, name="春节", starts_on=soon, ends_on=soon + timedelta(days=7)
        )
        Gateway.objects.create(**mine, kind="sms", provider="http")
        SourceConfig.objects.create(**mine, kind="openlibrary", name="Open Library")
        world.policy(category=PatronCategory.objects.get(code="child"), max_loans=2)

    def reserve(self) -> None:
        """Have one book wait for the reader, one be awaited, and one paused."""
        world, now = self.world, clock.now()
        ready = world.hold(self.reader, world.title("边城", authors="沈从文"), placed_at=now)
        copy = world.copy(ready.title)
        checkin(world.desk(now=now), copy_barcodes=(copy.barcode,))
        world.hold(self.reader, self.title, placed_at=now)
        world.hold(self.frozen, self.title, placed_at=now, suspended_at=now)
        for name in ("赵一一", "赵永义"):
            world.hold(world.patron(name), self.title, placed_at=now, queued_at=now)
        hold_ready = {"public_id": public_id(), "kind": "hold_ready", "about": ready.public_id}
        facts = {"title": ready.title.public_id, "branch": "main", "on": "2026-03-05"}
        Notice.objects.create(
            library_id=world.library.pk, patron=self.reader, created_at=now, facts=facts,
            **hold_ready,
        )  # fmt: skip
