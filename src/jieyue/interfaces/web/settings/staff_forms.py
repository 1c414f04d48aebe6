"""The forms of colleagues, roles, keys for programs and online book sources."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.catalog.rules.isbn import Isbn, parse
from jieyue.catalog.settings_queries import SourceView
from jieyue.catalog.sources.registry import Kind
from jieyue.interfaces.web.catalog.words import not_an_isbn
from jieyue.interfaces.web.settings.fields import number, offer, pick, several, text, yes
from jieyue.interfaces.web.settings.words import right_words, source_name
from jieyue.interfaces.web.site.own_password import NewPasswordField
from jieyue.libraries.queries import BranchView
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.queries import RoleView


class ColleagueForm(forms.Form):
    """A colleague's name, role and branches."""

    name = text(lazy("Name"), 100, required=True)
    role = pick(lazy("Role"))
    where = forms.ChoiceField(
        label=lazy("Works at"),
        choices=[("all", lazy("every branch, also later ones")), ("some", lazy("these branches"))],
        initial="all",
        widget=forms.RadioSelect({"class": "radio"}),
    )
    branches = several(lazy("Branches"))

    def __init__(
        self,
        *args: Any,
        roles: Sequence[RoleView],
        branches: Sequence[BranchView],
        own: frozenset[Permission],
        is_everywhere: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        given = [role for role in roles if role.permissions <= own]
        # Nobody becomes an owner because a select was left alone.
        least = min(given, key=lambda role: len(role.permissions), default=None)
        self.fields["role"].initial = least.code if least else None
        named = [(role.code, role.name) for role in given]
        offer(self, role=named, branches=[(branch.code, branch.name) for branch in branches])
        if not is_everywhere:
            offer(self, where=[("some", _("these branches"))])
            self.fields["where"].initial = "some"

    def places(self) -> frozenset[str] | None:
        """Return the branches' codes, None for every branch."""
        chosen = self.cleaned_data
        return None if chosen["where"] == "all" else frozenset(chosen["branches"])


class NewColleagueForm(ColleagueForm):
    """A colleague with their first sign-in."""

    login = text(
        lazy("Sign-in name"), 60, required=True,
        help_text=lazy("Letters or digits, such as chenjing. It belongs to one person only."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    password = NewPasswordField(label=lazy("First password"))
    field_order = ("name", "login", "password", "role", "where", "branches")


class NewPasswordForm(forms.Form):
    """A new password for a colleague."""

    password = NewPasswordField(label=lazy("New password"))


class RoleForm(forms.Form):
    """A role and its rights."""

    name = text(lazy("Name of the role"), 50, required=True)
    permissions = several(lazy("Rights"))

    def __init__(self, *args: Any, rights: Sequence[Permission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, permissions=[(right.value, right_words(right)) for right in rights])


class TokenForm(forms.Form):
    """A key for another program."""

    name = text(
        lazy("What for"), 100, required=True, help_text=lazy("Such as the school's website.")
    )
    branch = pick(lazy("Branch"))
    all_branches = yes(
        lazy("Also for the other branches"),
        help_text=lazy("And for what holds everywhere, such as days the whole library is closed."),
    )
    permissions = several(lazy("Rights"), required=True)

    def __init__(
        self,
        *args: Any,
        branches: Sequence[BranchView],
        everywhere: bool,
        rights: Sequence[Permission],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            branch=[(branch.code, branch.name) for branch in branches],
            permissions=[(right.value, right_words(right)) for right in rights],
        )
        if not everywhere:
            del self.fields["all_branches"]


class SourceForm(forms.Form):
    """An online book source; asks for exactly what its kind needs."""

    name = text(lazy("Shown as"), 60, required=True)
    key = forms.CharField(
        label=lazy("Key"),
        required=False,
        max_length=300,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    base_url = text(lazy("Address"), 300, widget=forms.URLInput({"placeholder": "https://"}))
    timeout_seconds = number(
        lazy("Wait at most (seconds)"), 1, 15, required=True, initial=4,
        help_text=lazy("Nobody waits longer than this for one source."),
    )  # fmt: skip
    params = forms.CharField(
        label=lazy("Description of the service (JSON)"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text=lazy("How to ask and where the answer keeps what: ask whoever runs the server."),
    )

    def __init__(
        self, *args: Any, kind: Kind, source: SourceView | None = None, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"name": source_name(kind.code)}
        if source is not None:
            initial = {
                "name": source.name,
                "base_url": source.base_url,
                "timeout_seconds": source.timeout_seconds,
                "params": json.dumps(source.params, ensure_ascii=False, indent=2),
            }
        super().__init__(*args, **({"initial": initial} | kwargs))
        self._keeps_key = bool(source and source.has_key)
        if not (kind.needs_key or kind.may_take_key):
            del self.fields["key"]
        else:
            self.fields["key"].required = kind.needs_key and not self._keeps_key
            self.fields["key"].help_text = (
                _("A key is stored (••••). Leave this empty to keep it.")
                if self._keeps_key
                else _("You get it from the service. It is stored encrypted and never shown again.")
            )
        if not kind.takes_params:
            del self.fields["params"]
        self.fields["base_url"].required = kind.needs_url
        if not kind.needs_url:
            self.fields["base_url"].help_text = _("Empty: %(address)s") % {"address": kind.base_url}

    def clean_params(self) -> dict[str, Any]:
        """Read the JSON."""
        try:
            found = json.loads(self.cleaned_data["params"] or "{}")
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise forms.ValidationError(_("This is not JSON, or not in curly brackets."))
        return found

    def values(self) -> dict[str, Any]:
        """Return what the actions take; a key left empty is None if one is stored."""
        data = self.cleaned_data
        key = data.get("key", "")
        return {
            "name": data["name"],
            "key": None if not key and self._keeps_key else key,
            "base_url": data["base_url"],
            "timeout_seconds": data["timeout_seconds"],
            "params": data.get("params"),
        }


class TryForm(forms.Form):
    """A book to try a source with."""

    isbn = text("ISBN", 40, required=True, initial="9787506365437")

    def clean_isbn(self) -> str:
        """Read the ISBN in any form, as its 13 digits."""
        parsed = parse(self.cleaned_data["isbn"])
        if isinstance(parsed, Isbn):
            return parsed.isbn13
        raise forms.ValidationError(not_an_isbn(parsed) or _("This is not an ISBN."))
