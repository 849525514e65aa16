"""What files are not taken at all, each with what is wrong and what to do next."""

from linli.ground.refusals import Malformed, Refusal
from linli.ground.words import gettext_noop as _


class NotASpreadsheet(Malformed):
    """A file of some other kind, whatever it is called."""

    code = "sheet.not-a-spreadsheet"
    words = _("This file is not a spreadsheet that can be read; it looks like %(found)s.")
    next_step = _("Open it, save it as XLSX or CSV and send it again. Nothing was written.")


class OfNoKind(NotASpreadsheet):
    """A file of bytes that are neither a workbook nor text."""

    code = "sheet.of-no-kind"
    words = _("This file is neither a workbook nor a table of text: it is damaged, or was made by another program.")


class Encrypted(Malformed):
    """A workbook behind a password."""

    code = "sheet.encrypted"
    words = _("This workbook is locked with a password, so it cannot be read.")
    next_step = _("Open it, take the password off, save it and send it again. Nothing was written.")


class Damaged(Malformed):
    """A file that breaks off or does not hold together."""

    code = "sheet.damaged"
    words = _("This file is damaged, or was cut off on its way (%(why)s).")
    next_step = _("Open it, save it anew and send it again. Nothing was written.")


class CarriesMacros(Refusal):
    """A workbook with programs in it."""

    code, status = "sheet.macros", 422
    words = _("This workbook carries macros, which are programs; such files are not taken.")
    next_step = _("Save it as XLSX, which drops them, and send it again. Nothing was written.")


class FileTooLarge(Refusal):
    """More megabytes than were allowed for."""

    code, status = "sheet.file-too-large", 413
    words = _("The file holds %(size)s MB; at most %(limit)s MB can be taken at once.")
    next_step = _("Cut it into several files, for instance one for each community.")


class UnpacksTooLarge(Refusal):
    """A small file that swells when it is unpacked: a zip bomb, or a table beyond reason."""

    code, status = "sheet.unpacks-too-large", 413
    words = _("The file unpacks to over %(limit)s MB, far more than a table needs.")
    next_step = _("Copy the cells that are needed into a new workbook and send that. Nothing was written.")


class TooManyRows(Refusal):
    """More rows than any sheet has."""

    code, status = "sheet.too-many-rows", 422
    words = _("The sheet goes on to row %(rows)s; at most %(limit)s rows can be taken at once.")
    next_step = _("Cut it into several files, for instance one for each community.")


class TooManyColumns(Refusal):
    """Content far to the right of any register."""

    code, status = "sheet.too-many-columns", 422
    words = _("There is something in column %(column)s; a table has at most %(limit)s columns here.")
    next_step = _("Delete the columns that are not needed and send the file again. Nothing was written.")


class TooManyCells(Refusal):
    """A table that is both long and wide."""

    code, status = "sheet.too-many-cells", 422
    words = _("The table is %(rows)s rows by %(columns)s columns, more than can be taken at once.")
    next_step = _("Delete what is not needed or cut the file into several. Nothing was written.")


class NoSuchSheet(Refusal):
    """A sheet that the book does not have."""

    code, status = "sheet.no-such-sheet", 422
    words = _("There is no sheet called %(asked)s in this file; it has %(known)s.")
    next_step = _("Choose one of them.")


class NothingInIt(Refusal):
    """A file without a single filled cell."""

    code, status = "sheet.nothing-in-it", 422
    words = _("There is nothing in this file: every cell is empty.")
    next_step = _("Check that the right file was chosen, and that it was saved.")


class NotText(Malformed):
    """A text file in no encoding we know."""

    code = "sheet.not-text"
    words = _("Line %(line)s of this text file is neither UTF-8, GB 18030 nor UTF-16.")
    next_step = _("Save it as CSV UTF-8 and send it again. Nothing was written.")


class QuoteLeftOpen(Malformed):
    """A quotation mark without its partner, which would swallow the rest."""

    code = "sheet.quote-left-open"
    words = _("A quotation mark opened in row %(row)s is not closed where it should be.")
    next_step = _("Correct that row and send the file again. Nothing was written.")


class NoHeadings(Refusal):
    """No row that names columns."""

    code, status = "sheet.no-headings", 422
    words = _("No heading row was found in the first %(looked)s rows of the sheet %(sheet)s.")
    next_step = _("Put a row that names every column above the rows and send the file again. Nothing was written.")


class NothingBelowHeadings(Refusal):
    """Headings and no rows."""

    code, status = "sheet.nothing-below-headings", 422
    words = _("There are headings in row %(row)s of the sheet %(sheet)s and no rows under them.")
    next_step = _("Check that the right file and sheet were chosen.")
