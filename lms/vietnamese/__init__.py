"""Vietnamese text, names, order, numbers, dates, telephones and old encodings. Pure."""

from lms.vietnamese.dates import PartialDate, absent_day, format_date, format_date_paper, read_date
from lms.vietnamese.legacy import decode_tcvn3, decode_vni, guess_encoding, marked_syllables
from lms.vietnamese.names import Name, address, initials, split_name
from lms.vietnamese.numbers import format_number, format_percent, number_words, read_number, roman
from lms.vietnamese.papers import is_paper_number, is_paper_symbol, paper_key, part_paper
from lms.vietnamese.phones import format_phone, read_phone
from lms.vietnamese.sorting import name_sort_key, sort_key
from lms.vietnamese.text import clean, fold, fold_name, nfc, slug

__all__ = [
    "Name",
    "PartialDate",
    "absent_day",
    "address",
    "clean",
    "decode_tcvn3",
    "decode_vni",
    "fold",
    "fold_name",
    "format_date",
    "format_date_paper",
    "format_number",
    "format_percent",
    "format_phone",
    "guess_encoding",
    "initials",
    "is_paper_number",
    "is_paper_symbol",
    "marked_syllables",
    "name_sort_key",
    "nfc",
    "number_words",
    "paper_key",
    "part_paper",
    "read_date",
    "read_number",
    "read_phone",
    "roman",
    "slug",
    "sort_key",
    "split_name",
]
