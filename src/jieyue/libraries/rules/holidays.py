"""The statutory public holidays of mainland China, as far as their dates are certain.

Only the days that the law itself names (《全国年节及纪念日放假办法》, State Council decree 795, in
force since 2025): bridge days and working weekends are announced each November for the next year
and are added by the library. Lunar dates are those of the Purple Mountain Observatory's calendar.
"""

from datetime import date, timedelta
from typing import Final

from jieyue.libraries.rules.calendars import Span

# By year: Spring Festival (正月初一), Qingming, Dragon Boat (五月初五), Mid-Autumn (八月十五).
_MOVING: Final[dict[int, tuple[date, date, date, date]]] = {
    2026: (date(2026, 2, 17), date(2026, 4, 5), date(2026, 6, 19), date(2026, 9, 25)),
    2027: (date(2027, 2, 6), date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15)),
    2028: (date(2028, 1, 26), date(2028, 4, 4), date(2028, 5, 28), date(2028, 10, 3)),
    2029: (date(2029, 2, 13), date(2029, 4, 4), date(2029, 6, 16), date(2029, 9, 22)),
}
_YEAR: Final = timedelta(days=365)


def public_holidays(today: date) -> list[Span]:
    """Return the holidays that end within a year from `today` on, earliest first.

    Years beyond the table bring only the holidays with a fixed date.
    """
    spans = [span for year in (today.year, today.year + 1) for span in _of_year(year)]
    wanted = [span for span in spans if span.ends_on >= today and span.starts_on <= today + _YEAR]
    return sorted(wanted, key=lambda span: (span.starts_on, span.name))


def _of_year(year: int) -> list[Span]:
    spans = [
        _closed("元旦", date(year, 1, 1)),
        _closed("劳动节", date(year, 5, 1), 2),
        _closed("国庆节", date(year, 10, 1), 3),
    ]
    if year in _MOVING:
        spring, qingming, dragon_boat, mid_autumn = _MOVING[year]
        spans += [
            # From New Year's Eve (除夕) to the third day of the first month.
            _closed("春节", spring - timedelta(days=1), 4),
            _closed("清明节", qingming),
            _closed("端午节", dragon_boat),
            _closed("中秋节", mid_autumn),
        ]
    return spans


def _closed(name: str, starts_on: date, days: int = 1) -> Span:
    return Span(starts_on, starts_on + timedelta(days=days - 1), name, is_closed=True)
