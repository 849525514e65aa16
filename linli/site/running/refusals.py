"""What the commands that keep Linli running refuse, and what to do about it."""

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _


class Busy(Refusal):
    """Another process holds this task on the same data folder."""

    code = "running.busy"
    words = _("The folder %(folder)s is in use by %(task)s: process %(pid)s, since %(since)s, %(where)s.")
    next_step = _("Stop that process first, or name another folder in LINLI_DATA_DIR.")


class PortTaken(Refusal):
    """Something else listens where we should."""

    code = "running.port-taken"
    words = _("Port %(port)s on %(host)s cannot be served: %(why)s.")
    next_step = _("Choose another with --port, or stop what listens there.")


class NotBegun(Refusal):
    """Nothing has been begun in this folder."""

    code = "running.not-begun"
    words = _("Nothing has been begun in %(folder)s yet.")
    next_step = _("Run `linli init` for a real installation, or `linli demo` to try it out.")


class Behind(Refusal):
    """The tables are older than the code."""

    code = "running.behind"
    words = _("The tables are %(count)s steps older than this version of Linli; the first is %(first)s.")
    next_step = _("Run `linli upgrade`: it backs up first, and goes back if anything fails.")


class Ahead(Refusal):
    """The tables are newer than the code."""

    code = "running.ahead"
    words = _("The tables are %(count)s steps newer than this version of Linli; the first is %(first)s.")
    next_step = _("Start the newer version again, or bring back a copy made before: `linli restore FILE`.")


class Unfinished(Refusal):
    """A restore or an upgrade was cut off."""

    code = "running.unfinished"
    words = _("%(what)s was cut off in the middle in %(folder)s.")
    next_step = _("Run `linli %(command)s`: it first goes back to what was there before.")


class MovedAway(Refusal):
    """The installation stands in another database by now."""

    code = "running.moved"
    words = _("What stood in this database (%(left)s) was moved to %(to)s, %(at)s.")
    next_step = _("Set LINLI_DATABASE_URL to that one. To go back to what stands here, delete %(mark)s.")


class AlreadyBegun(Refusal):
    """The installation already has an administrator."""

    code = "running.already-begun"
    words = _("An installation was already begun in %(folder)s (%(kind)s, %(at)s).")
    next_step = _("Serve it with `linli serve`, or name an empty folder in LINLI_DATA_DIR.")


class RealFolder(Refusal):
    """A demo would mix made-up people into a real installation."""

    code = "running.real-folder"
    words = _("%(folder)s holds a real installation: no made-up town is put into it.")
    next_step = _("Name another folder for the demo, for example LINLI_DATA_DIR=./demo linli demo.")


class Missing(Refusal):
    """A word the command needs was not given."""

    code = "running.missing"
    words = _("%(what)s was not given.")
    next_step = _("Add it to the command, or leave --non-interactive away and be asked.")


class Stopped(Refusal):
    """A program that the demo started ended by itself."""

    code = "running.stopped"
    words = _("The %(program)s ended by itself (exit code %(exit_code)s).")
    next_step = _("What it said stands above. Mend that and start again.")


class NotServed(Refusal):
    """The server runs and does not answer."""

    code, status = "running.not-served", 504
    words = _("%(address)s did not answer within %(seconds)s seconds.")
    next_step = _("Look at what the server said above; on a slow machine start again.")


class NoRoom(Refusal):
    """The disk has no room for the copy."""

    code, status = "running.no-room", 507
    words = _("The disk of %(folder)s has no room for this: %(free)s MB are free, about %(needed)s MB are needed.")
    next_step = _("Make room, or name a folder on another disk.")


class KeysBeside(Refusal):
    """Keys beside the copy they open would guard nothing."""

    code = "backup.keys-beside"
    words = _("The keys must not lie in the same folder as the copy they open: %(folder)s.")
    next_step = _("Name another place in --keys-to: another disk, or one kept in a safe.")


class NotWhole(Refusal):
    """The file is no copy of ours, or not as it was written."""

    code, status = "backup.not-whole", 400
    words = _("%(file)s is not a whole copy: %(why)s.")
    next_step = _("Take another copy; `linli backup verify FILE` tells which are whole.")


class NoTool(Refusal):
    """PostgreSQL's own programs are needed, in a version that knows the server."""

    code = "backup.no-tool"
    words = _("%(tool)s of version %(needed)s or newer is needed, and %(found)s was found.")
    next_step = _("Install the package postgresql-client-%(needed)s on this machine.")


class ToolFailed(Refusal):
    """A program of PostgreSQL refused; everything is as it was."""

    code = "backup.tool-failed"
    words = _("%(tool)s refused: %(why)s")
    next_step = _("Everything is as it was. Mend what it names and try again.")


class OtherEngine(Refusal):
    """A copy of one database engine cannot be poured into the other."""

    code = "restore.other-engine"
    words = _("This copy is of %(copied)s, and this installation uses %(here)s.")
    next_step = _("Set LINLI_DATABASE_URL as it was where the copy was made.")


class NewerHere(Refusal):
    """What is here knows more than the copy: a restore would lose it."""

    code = "restore.newer-here"
    words = _("The journal here reaches entry %(here)s, the copy only %(copied)s: what came between would be lost.")
    next_step = _("Back up what is here first; then, if the older state is truly meant, say --older-is-meant.")


class OtherInstallation(Refusal):
    """The copy is of another installation."""

    code = "restore.other-installation"
    words = _("This copy is of another installation (%(copied)s) than the one in %(folder)s (%(here)s).")
    next_step = _(
        "Restore it --into an empty folder; or, if it is meant to replace what is here, say --older-is-meant."
    )


class NewerSchema(Refusal):
    """The copy was made by a newer version."""

    code = "restore.newer-schema"
    words = _("The copy was made by Linli %(copied)s, whose tables this version (%(here)s) does not know: %(step)s.")
    next_step = _("Install that version or a newer one, then restore.")


class NotEmpty(Refusal):
    """A new folder must be empty."""

    code = "restore.not-empty"
    words = _("The folder %(folder)s is not empty.")
    next_step = _("Name a folder that does not exist yet.")


class StillConnected(Refusal):
    """Someone still works in the database."""

    code = "restore.still-connected"
    words = _("%(count)s connections of Linli to this database are still open.")
    next_step = _("Stop server and worker on every machine first.")


class Unreachable(Refusal):
    """The database to move to does not let us in."""

    code, status = "move.unreachable", 502
    words = _("%(to)s cannot be reached: %(why)s")
    next_step = _("See that it runs and that user, password and name are right, and try again.")


class NotFresh(Refusal):
    """The database to move to holds something."""

    code = "move.not-empty"
    words = _("%(to)s is not empty: it has %(count)s tables, %(first)s among them.")
    next_step = _("Name a new, empty database: what is there is never written over.")


class UnfitServer(Refusal):
    """The database to move to could not keep what is here."""

    code = "move.unfit"
    words = _("%(to)s is PostgreSQL %(version)s and keeps its text as %(encoding)s.")
    next_step = _("PostgreSQL 14 or newer is needed, and a database made with ENCODING 'UTF8'.")


class UnknownTable(Refusal):
    """A table that this version does not know has rows."""

    code = "move.unknown-table"
    words = _("The table %(table)s has %(rows)s rows, and this version of Linli does not know it.")
    next_step = _("Carry it over by yourself and drop it here, or ask whoever made it.")


class RowUnfit(Refusal):
    """The other database refuses a row."""

    code, status = "move.row-unfit", 422
    words = _("The row %(key)s of %(table)s does not fit there: %(why)s")
    next_step = _("Correct that row here, and move again.")


class NotTheSame(Refusal):
    """What was written there reads otherwise than what is here."""

    code, status = "move.not-the-same", 500
    words = _("%(what)s reads otherwise there than here: %(here)s here, %(there)s there.")
    next_step = _("Stay with the database you have, and tell us.")


class MoveFailed(Refusal):
    """The other database gave up in the middle."""

    code, status = "move.failed", 502
    words = _("%(to)s gave up: %(why)s")
    next_step = _("It is as empty as before. Mend what it names and move again.")


class UpgradeFailed(Refusal):
    """The new version could not take over; everything is as it was."""

    code = "upgrade.failed"
    words = _("The upgrade failed at this step: %(step)s. %(why)s")
    next_step = _("Everything is as it was before; the copy is %(copy)s. Go on with the version before, and tell us.")


class NotALanName(Refusal):
    """A certificate cannot be made for this."""

    code, status = "certificate.bad-host", 400
    words = _("%(host)s is neither a name nor an address of a local network.")
    next_step = _(
        "Give --host a name that ends in .lan, .local or .internal, or an address such as 192.168.1.10. "
        "For a public name have a public authority sign (Caddy does so by itself, see deploy)."
    )
