"""Filters of joining's pages."""

from django import template

from jieyue.interfaces.web.joining.words import FIELD_WORDS

register = template.Library()


@register.filter
def field_words(name: str) -> str:
    """Return what a field of the form is called."""
    return str(FIELD_WORDS.get(name, name))
