"""Who can sign in to the demo, printed when it runs."""

from typing import Final
from unicodedata import east_asian_width

from jieyue.interfaces.cli.demo.plans import PLANS
from jieyue.interfaces.cli.words import _
from jieyue.kit.ids import luhn_digit

PASSWORD: Final = "qinghe-demo"
# The reader of each library who can sign in: name and card type. Theirs is the first card.
READERS: Final = {"qinghe": ("林晓雨", "adult"), "xiaoxue": ("许一诺", "student")}
# The first of every range of cards; libraries/numbers.py would need Django only to print it.
FIRST_CARD: Final = "20000001" + luhn_digit("20000001")
MOTHER: Final = "许文静"  # acts for two children of the school
MOTHERS_CARD: Final = "29000001" + luhn_digit("29000001")
TEACHER: Final = ("wanglaoshi", "王慧")  # looks after two classes of the school
ROLE_WIDTH: Final = 14
NAME_WIDTH: Final = 10


def wide(text: str, width: int) -> str:
    """Return the text filled up to a width in columns; a Chinese character takes two."""
    taken = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(0, width - taken)


def print_sign_ins(address: str) -> None:
    """Print both libraries' addresses and who signs in how."""
    roles = {"owner": _("the owner"), "librarian": _("a librarian"), "helper": _("a helper")}
    for plan in PLANS:
        reader, _category = READERS[plan.slug]
        print(f"\n  {plan.name}")
        print(f"    {wide(_('for readers'), ROLE_WIDTH)}{address}{plan.slug}/")
        print(f"    {wide(_('for staff'), ROLE_WIDTH)}{address}{plan.slug}/staff/desk/")
        for person in plan.staff:
            print(
                f"    {wide(roles[person.role], ROLE_WIDTH)}{wide(person.name, NAME_WIDTH)}"
                f"{wide(person.login, 12)}PIN {person.pin}"
            )
        print(
            f"    {wide(_('a reader'), ROLE_WIDTH)}{wide(reader, NAME_WIDTH)}{wide(FIRST_CARD, 12)}"
            + _("(card number)")
        )
    print(
        f"    {wide(_('a mother'), ROLE_WIDTH)}{wide(MOTHER, NAME_WIDTH)}{wide(MOTHERS_CARD, 12)}"
        + _("(card number)")
    )
    login, name = TEACHER
    print(f"    {wide(_('a teacher'), ROLE_WIDTH)}{wide(name, NAME_WIDTH)}{login}")
    print()
    print(_("  password {password}   for everybody").format(password=PASSWORD))
    print(_("  Only to look at: everybody knows this password, so keep no real reader in here."))
    print()
