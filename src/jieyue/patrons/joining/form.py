"""The library's form (办证申请表): reading it, and changing it."""

from jieyue.audit.journal import Note, note
from jieyue.kit.scope import current_library_id
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Library
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.outcomes import ApplicationRefused, JoiningSaved, refused
from jieyue.patrons.models import JoiningForm, PatronCategory
from jieyue.patrons.rules.joining.form import (
    ALWAYS,
    FIELDS,
    MAX_DOMAINS,
    MAX_HINT,
    MAX_LABEL,
    MAX_PATTERN,
    MAX_QUESTIONS,
    MAX_WELCOME,
    OFF,
    REQUIRED,
    Fault,
    Form,
    JoiningFault,
    Question,
    Rule,
    first_form,
    is_domain,
    normal_domains,
    read_fields,
)


def form_now() -> Form:
    """Return the library's form, or what its kind starts with. At most two statements."""
    row = JoiningForm.objects.select_related("category").first()
    if row is None:
        return first_form(
            Library.objects.values_list("kind", flat=True).get(pk=current_library_id())
        )
    return Form(
        is_open=row.is_open,
        welcome=row.welcome,
        fields=read_fields(row.fields),
        questions=tuple(
            Question(label=one["label"], ask=one["ask"], hint=one.get("hint", ""))
            for one in row.questions
        ),
        category=row.category.code if row.category else "",
        offered=tuple(row.offered),
        rules=tuple(Rule(name) for name in row.approves if name in set(Rule)),
        domains=tuple(row.domains),
        roster_phone=row.roster_phone,
    )


@action(needs=Permission.SETTINGS, whole_library=True)
def edit_joining(desk: Desk, *, form: Form) -> JoiningSaved | ApplicationRefused:
    """Put a form in use, whole. Applications under way keep their answers."""
    domains = normal_domains(form.domains)
    faults = form_faults(form, domains)
    codes = {form.category, *form.offered} - {""}
    known = {row.code: row for row in PatronCategory.objects.filter(code__in=codes, is_active=True)}
    faults += [Fault("category", JoiningFault.CATEGORY_UNKNOWN) for code in codes - set(known)]
    if faults:
        return refused(*faults)
    fields = {
        name: {"ask": ask.ask, "pattern": ask.pattern.strip(), "hint": ask.hint.strip()}
        for name in FIELDS
        for ask in [form.ask(name)]
    }
    fields[ALWAYS]["ask"] = REQUIRED
    JoiningForm.objects.update_or_create(
        library_id=desk.library_id,
        defaults={
            "is_open": form.is_open,
            "welcome": form.welcome.strip(),
            "fields": fields,
            "questions": [
                {"label": one.label.strip(), "ask": one.ask, "hint": one.hint.strip()}
                for one in form.questions
            ],
            "category": known.get(form.category),
            "offered": list(dict.fromkeys(form.offered)),
            "approves": sorted(set(form.rules)),
            "domains": list(domains),
            "roster_phone": form.roster_phone,
            "changed_at": desk.now,
        },
    )
    note(Note(data={"open": form.is_open, "approves": sorted(set(form.rules))}))
    return JoiningSaved()


def form_faults(form: Form, domains: tuple[str, ...]) -> list[Fault]:
    """Return what is wrong with a form: texts too long, a rule that could never hold."""
    faults = []
    if len(form.welcome) > MAX_WELCOME:
        faults.append(Fault("welcome", JoiningFault.TOO_LONG, str(MAX_WELCOME)))
    for name, ask in form.fields.items():
        faults += _long(f"{name}_pattern", ask.pattern, MAX_PATTERN)
        faults += _long(f"{name}_hint", ask.hint, MAX_HINT)
    if len(form.questions) > MAX_QUESTIONS:
        faults.append(Fault("questions", JoiningFault.TOO_MANY, str(MAX_QUESTIONS)))
    for number, question in enumerate(form.questions):
        if not question.label.strip():
            faults.append(Fault(f"own_{number}", JoiningFault.MISSING))
        faults += _long(f"own_{number}", question.label, MAX_LABEL)
        faults += _long(f"own_{number}_hint", question.hint, MAX_HINT)
    if len(domains) > MAX_DOMAINS:
        faults.append(Fault("domains", JoiningFault.TOO_MANY, str(MAX_DOMAINS)))
    faults += [
        Fault("domains", JoiningFault.DOMAIN_BAD, d[:40]) for d in domains if not is_domain(d)
    ]
    if Rule.DOMAIN in form.rules:
        if not domains:
            faults.append(Fault("domains", JoiningFault.MISSING))
        if form.ask("email").ask == OFF:
            faults.append(Fault("email", JoiningFault.MISSING))
    return faults


def _long(field: str, text: str, most: int) -> list[Fault]:
    return [Fault(field, JoiningFault.TOO_LONG, str(most))] if len(text) > most else []
