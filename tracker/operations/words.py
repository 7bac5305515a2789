"""The sentences of the checks: what is so and, where it is not well, what to do."""

from __future__ import annotations

from ..i18n import N_

CHECK_FAILED = N_(
    "The check itself failed (%(error)s). Run it again; if it fails again, the log of the process has more."
)
UNREACHABLE = N_("The database cannot be reached (%(error)s). Start it, or check TRACKER_DATABASE_URL.")
CONFIGURED = N_("The settings are complete; people reach the service at %(url)s.")
NO_TLS = N_(
    "People reach the service at %(url)s without TLS, so passwords cross the network in the clear. Put a reverse"
    " proxy with TLS in front, and set TRACKER_BASE_URL to https://…."
)
SQLITE = N_("SQLite %(version)s answers; its journal is %(journal)s.")
POSTGRESQL = N_("PostgreSQL %(version)s answers.")
MIGRATED = N_("The database is at the newest migration.")
NOT_MIGRATED = N_(
    "The database is not at the migration that this version needs. Make a backup, then run “flask --app wsgi db"
    " upgrade” and restart all processes."
)
CLOCKS_AGREE = N_("The clocks of this machine and of the database agree.")
CLOCKS_DIFFER = N_(
    "The clocks of this machine and of the database are %(seconds)s seconds apart. Let both follow the same time"
    " server (NTP)."
)
DEMO_CLOCK = N_("The demo's clock shows %(day)s; everything else is on real time.")
DEMO_UNMARKED = N_(
    "The database holds the demo, whose clock is not the real one, but TRACKER_DEMO is not 1. Set it, or name"
    " another database in TRACKER_DATABASE_URL."
)
CLOCK_SET_BACK = N_(
    "Reminders are noted up to %(day)s, which has not come yet: the clock was set back, or a tick was run with"
    " --at. Those days are not reminded of again. Correct the clock if it is wrong."
)
MAIL_CLOSED = N_("The way out for mails is closed (%(reason)s); what is due waits. Check TRACKER_MAIL_URL.")
MAIL_OPEN = N_("The mail server %(host)s takes our sign-in.")
MAIL_SPOOLED = N_("Mails are written to %(folder)s and reach nobody. Name a mail server in TRACKER_MAIL_URL.")
MAIL_SPOOLED_DEMO = N_("Mails are written to %(folder)s; in the demo none leaves this machine.")
SPACE = N_("%(free)s GB are free where database, evidence and mails lie.")
LITTLE_SPACE = N_(
    "Only %(free)s GB are free where database, evidence or mails lie. Make room: a full disk stops the service."
)
EVIDENCE_TAKEN = N_("The evidence folder %(folder)s takes files.")
EVIDENCE_GONE = N_(
    "The evidence folder %(folder)s is not there, although files were filed. Mount it, or correct TRACKER_EVIDENCE_URL."
)
EVIDENCE_CLOSED = N_(
    "The evidence folder %(folder)s cannot be written. Give the user of the service the right to write there."
)
NEVER_TICKED = N_("No scheduler has ticked yet: nothing is reminded of or sent. Start “%(command)s”.")
TICKED_LONG_AGO = N_(
    "The scheduler finished its last tick %(minutes)s minutes ago: nothing is reminded of or sent since. Start"
    " “%(command)s”, or read the log of the one that runs."
)
TICK_FAILED = N_(
    "Of the last tick %(number)s steps failed, first %(step)s (%(error)s). The next tick tries again; the"
    " scheduler's log has more."
)
TICKS = N_("The last tick ended %(seconds)s seconds ago and took %(took)s; %(holder)s has the lease.")
TICKS_WITHOUT_LEASE = N_(
    "The last tick ended %(seconds)s seconds ago and took %(took)s; no scheduler has the lease at the moment."
)
DAYS_UNKNOWN = N_(
    "The adjusted days of %(year)s are not known in %(number)s regions, so Monday to Friday count. Enter the"
    " official notice under Working days, or update the package holidays."
)
DAYS_KNOWN = N_("The adjusted days of %(year)s and of the next year are known.")
DAYS_KNOWN_SO_FAR = N_("The adjusted days of %(year)s are known; those of the next year are announced in November.")
SUPERVISED = N_("Every live plan has the supervisors that it needs.")
SUPERVISORS_WANTED = N_(
    "Live plans that lack supervisors: %(number)s. Reports that the host unit leads need two who are not handler or"
    " leader there, other reports one. Add them with “flask --app wsgi users create”."
)
ALL_REACHED = N_("Every unit with open tasks has a contact.")
UNREACHED = N_(
    "Units with open tasks but without an active contact: %(number)s; never had one: %(never)s; without a mailbox"
    " either: %(nobody)s. Name contacts under Units."
)
MAILS_LATE = N_(
    "The oldest mail that is due has waited for %(minutes)s minutes. “flask --app wsgi outbox deliver” tries now"
    " and says what is in the way."
)
MAILS_TO_DECIDE = N_(
    "Mails that may or may not have arrived: %(unknown)s; that could not be delivered: %(dead)s. Decide about them"
    " under Reminders, Mails."
)
MAILS_FINE = N_("No mail waits for a decision.")
ADDRESSES_FINE = N_("No mail came back from an address in use.")
ADDRESSES_BOUNCED = N_(
    "Addresses that mails came back from, and that get nothing more: %(number)s. Correct or confirm them under"
    " Contacts."
)
