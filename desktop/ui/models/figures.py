"""Numbers in the words of the reader's language: sizes, times, counts."""

import re
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

translate = QCoreApplication.translate

_PLACE = re.compile(r"%([1-9])")
KB_AND_MORE = 10_000.0


def filled(text: str, *values: str) -> str:
    """A translated text with its places filled.

    >>> filled("%2 of %1", "ten", "%1")
    '%1 of ten'
    """
    return _PLACE.sub(lambda place: values[int(place[1]) - 1], text)


def data_size(size_bytes: float) -> str:
    """Decimal units, as disks and download pages have them."""
    scaled = size_bytes
    while scaled >= 1000:
        scaled /= 1000
    places = 1 if scaled < 10 and size_bytes >= KB_AND_MORE else 0
    units = QLocale.DataSizeFormat.DataSizeSIFormat
    return QLocale().formattedDataSize(round(size_bytes), places, units)


def memory_size(size_bytes: float) -> str:
    """As memory is sold: what is called 16 GB are 16 times 1024³ bytes."""
    scaled = size_bytes
    while scaled >= 1024:
        scaled /= 1024
    places = 1 if scaled < 10 and size_bytes >= KB_AND_MORE else 0
    units = QLocale.DataSizeFormat.DataSizeTraditionalFormat
    return QLocale().formattedDataSize(round(size_bytes), places, units)


def parameter_count(count: int) -> str:
    """As models are usually labelled.

    >>> parameter_count(134_515_008), parameter_count(4_020_000_000)
    ('135M', '4B')
    """
    scaled, unit = (count / 1e9, "B") if count >= 1e9 else (count / 1e6, "M")
    places = 1 if scaled < 100 and abs(scaled - round(scaled)) >= 0.05 else 0
    return f"{QLocale().toString(scaled, 'f', places)}{unit}"


def plain_name(model: str) -> str:
    """Without what goes without saying.

    >>> plain_name("phi:latest"), plain_name("phi:3b")
    ('phi', 'phi:3b')
    """
    return model.removesuffix(":latest")


def percent(share: float) -> str:
    return filled(translate("Figures", "%1 %"), QLocale().toString(int(share * 100)))


def time_left(seconds: float) -> str:
    """Roughly, as nobody knows it better."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return filled(translate("Figures", "%1 s left"), QLocale().toString(max(round(seconds), 1)))
    if minutes < 60:
        return filled(translate("Figures", "%1 min left"), QLocale().toString(minutes))
    hours = QLocale().toString(minutes // 60)
    return filled(translate("Figures", "%1 h %2 min left"), hours, QLocale().toString(minutes % 60))


def about_time(seconds: float) -> str:
    """How long something would take, as far as one can say before."""
    minutes, locale = round(seconds / 60), QLocale()
    if seconds < 55:
        return filled(translate("Figures", "about %1 s"), locale.toString(max(round(seconds), 1)))
    if minutes < 60:
        return filled(translate("Figures", "about %1 min"), locale.toString(minutes))
    hours, rest = locale.toString(minutes // 60), locale.toString(minutes % 60)
    return filled(translate("Figures", "about %1 h %2 min"), hours, rest)


def speed(bytes_per_s: float) -> str:
    return filled(translate("Figures", "%1/s"), data_size(bytes_per_s))


def day(moment: datetime) -> str:
    """The date of a moment, short."""
    at = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return QLocale().toString(at.date(), QLocale.FormatType.ShortFormat)


def days_ago(then: datetime, now: datetime) -> str:
    """Today, yesterday, or the date."""
    days = (now.astimezone().date() - then.astimezone().date()).days
    if days <= 0:
        return translate("Figures", "today")
    return translate("Figures", "yesterday") if days == 1 else day(then)
