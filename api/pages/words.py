"""The words of the pages: English in the templates, Welsh from api/locale/cy/*.po, and dates and numbers in both."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations

LOCALES = {"en": "en_GB", "cy": "cy"}

# CLDR's six cardinal forms of Welsh: 0, 1, 2, 3, 6 and any other number.
PLURAL_FORMS = {"cy": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);"}

LOCALE_FOLDER = Path(__file__).parent.parent / "locale"
LONDON = ZoneInfo("Europe/London")


class Said(str):
    """A text of the code that is translated where it is shown."""

    __slots__ = ()


def said(text: str) -> str:
    """Marks a text of the code for translation; the template then says `_(text)`."""
    return Said(text)


def catalogue(lang: str) -> Catalog:
    """Every message of every .po file of a language, as one catalogue; a file for each noun."""
    merged = Catalog(locale=lang)
    merged.mime_headers = [("Plural-Forms", PLURAL_FORMS[lang])]
    for path in sorted((LOCALE_FOLDER / lang).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=lang):
                if message.id:
                    merged[message.id] = message
    return merged


@cache
def translations(lang: str) -> NullTranslations:
    """The translations into a language; English is what the templates say."""
    if lang == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(lang))
    compiled.seek(0)
    return Translations(compiled)


class Words:
    """How one language says a text, a number, a time. Times are shown as the clock in the street shows them."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.locale = LOCALES[lang]
        self._translations = translations(lang)

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, with its %(names)s filled in."""
        return self._translations.gettext(text) % values if values else self._translations.gettext(text)

    def told(self, text: str, figures: Mapping[str, object]) -> str:
        """The text in this language, with figures filled in as this language writes them."""
        return self(text, **{name: self.value(figure) for name, figure in figures.items()})

    def value(self, figure: object) -> str:
        """A figure as this language writes it: a text that was `said`, a time, a day, a number, several of them; or data."""
        match figure:
            case Said():
                return self(figure)
            case datetime():
                return self.moment(figure)
            case date():
                return self.date(figure)
            case int():
                return self.number(figure)
            case float():
                return f"{figure:g}"
            case list() | tuple():
                return ", ".join(self.value(each) for each in figure)
        return str(figure)

    def counted(self, one: str, many: str, n: int, **values: object) -> str:
        """The text for `n` things, with %(n)s and other names filled in."""
        return self._translations.ngettext(one, many, n) % {"n": self.number(n), **values}

    def number(self, value: float, decimals: int = 0) -> str:
        """1,234 or 1,234.5; −1 with a minus sign, and what rounds to nothing without one."""
        shown = format_decimal(
            round(value, decimals) or 0, format="#,##0." + "0" * decimals if decimals else "#,##0", locale=self.locale
        )
        return shown.replace("-", "−")

    def percent(self, value: float) -> str:
        """0.22 as 22%; what rounds to nothing has no sign."""
        return format_percent(0 if abs(value) <= 0.005 else value, format="#,##0%", locale=self.locale)

    def day(self, value: datetime | date) -> str:
        """Sunday 22 November."""
        return format_date(_local_day(value), "EEEE d MMMM", self.locale)

    def month(self, value: date) -> str:
        """November 2026."""
        return format_date(value, "MMMM y", self.locale)

    def short_day(self, value: datetime | date) -> str:
        """Sun 22, where a chart has no room."""
        return format_date(_local_day(value), "EEE d", self.locale)

    def date(self, value: datetime | date) -> str:
        """22 November 2026."""
        return format_date(_local_day(value), "d MMMM y", self.locale)

    def time(self, value: datetime) -> str:
        """7:55am, 9am, midday or midnight, as GOV.UK writes times."""
        local = value.astimezone(LONDON)
        if (local.minute, local.hour % 12) == (0, 0):
            return self(said("midday")) if local.hour else self(said("midnight"))
        return format_datetime(local, "h:mma" if local.minute else "ha", tzinfo=LONDON, locale=self.locale).lower()

    def moment(self, value: datetime) -> str:
        """7:55am on Sunday 22 November."""
        return self(said("%(time)s on %(day)s"), time=self.time(value), day=self.day(value))

    def span(self, seconds: float) -> str:
        """25 minutes, or 3 hours."""
        return format_timedelta(seconds, granularity="minute", threshold=1, locale=self.locale)  # type: ignore[arg-type]

    def ago(self, value: datetime, at: datetime) -> str:
        """The age of something, in words: 12 minutes ago."""
        if at - value < timedelta(minutes=1):
            return self(said("less than a minute ago"))
        return format_timedelta(value - at, granularity="minute", threshold=1, add_direction=True, locale=self.locale)


def _local_day(value: datetime | date) -> date:
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value
