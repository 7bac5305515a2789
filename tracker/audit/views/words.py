"""What an entry of the audit says, in words."""

from __future__ import annotations

from ...i18n import N_
from ...intake.commands import EDITS
from ...workflows.definitions import STATE_LABELS, TRIGGER_LABELS

ACTIONS = {
    **{f"task.{trigger}": label for trigger, label in TRIGGER_LABELS.items()},
    "task.comment": N_("Comment"),
    "report.part": N_("File a part of the report"),
    "task.add_evidence": N_("Add evidence files"),
    "task.remove_evidence": N_("Remove an evidence file"),
    "task.file_evidence": N_("File evidence with the report"),
    "plan.load": N_("Load a plan"),
    "plan.go_live": N_("Go live"),
    "plan.redefine": N_("Change the workflow"),
    "plan.revise": N_("Apply a changed document"),
    "plan.export": N_("Export a plan"),
    "plan.export_evidence": N_("Export the index of evidence"),
    "indicator.value": N_("Record an indicator's value"),
    "extension.ask": N_("Ask for an extension"),
    "extension.approve": N_("Approve an extension"),
    "extension.accept": N_("Accept an extension"),
    "extension.refuse": N_("Refuse an extension"),
    "extension.lapse": N_("An extension lapses"),
    "extension.withdraw": N_("Withdraw an extension"),
    "round.make": N_("Make the evaluation rounds"),
    "round.set_dates": N_("Move the dates of a round"),
    "round.open": N_("Open a round"),
    "round.review": N_("Begin to review a round"),
    "round.skip": N_("Skip a round"),
    "round.seal": N_("Seal a round"),
    "round.disclose": N_("Disclose a round"),
    "user.sign_in": N_("Sign in"),
    "user.sign_in_failed": N_("Failed sign-in"),
    "user.sign_out": N_("Sign out"),
    "user.add": N_("Make an account"),
    "user.grant": N_("Give a role"),
    "user.end_membership": N_("End a role"),
    "user.disable": N_("Disable an account"),
    "user.handover": N_("Hand over to a successor"),
    "user.activation_link": N_("Send an activation link"),
    "user.reset_link": N_("Send a link for a new password"),
    "user.activation": N_("Set the first password"),
    "user.reset": N_("Set a new password by link"),
    "user.change_password": N_("Change the password"),
    "user.set_locale": N_("Change the language"),
    "unit.set_mailbox": N_("Change a unit's mailbox"),
    "directory.load_units": N_("Load a region and its units"),
    "directory.teach_aliases": N_("Teach names of units"),
    "directory.import_contacts": N_("Import contacts"),
    "import.start": N_("Begin an import"),
    **{f"import.{act}": N_("Edit an import") for act in EDITS},
    **{f"import.choose_{page}": N_("Choose in an import") for page in ("units", "rounds", "revision")},
    "import.compare_with": N_("Compare an import with a plan"),
    "import.confirm": N_("Confirm an import"),
    "import.revise": N_("Apply an import to a plan"),
    "import.discard": N_("Discard an import"),
    "outbox.retry": N_("Send a mail again"),
    "audit.export": N_("Export the audit"),
    "demo.load": N_("Load the demo"),
}
GROUPS = {
    "task.": N_("Acts on tasks"),
    "plan.": N_("Plans"),
    "extension.": N_("Extensions"),
    "round.": N_("Evaluation rounds"),
    "user.": N_("Accounts and sign-ins"),
    "directory.": N_("Units and contacts"),
    "import.": N_("Imports of documents"),
    "audit.": N_("Exports of the audit"),
}
SUBJECTS = {
    "round": N_("Round %(number)s"),
    "import": N_("Import %(number)s"),
    "mail": N_("Mail %(number)s"),
    "region": N_("Region %(number)s"),
    "unknown": N_("an address without account"),
    "system": N_("the whole system"),
    "demo": N_("the demo"),
}
ORIGINS = {
    "command line": N_("command line"),
    "scheduler": N_("scheduler"),
    "": N_("not recorded"),
}
KEYS = {
    "from": N_("Before"),
    "to": N_("After"),
    "before": N_("Before"),
    "after": N_("After"),
    "given": N_("Given"),
    "version": N_("Version"),
    "reason": N_("Reason"),
    "body": N_("Text"),
    "done": N_("What was done"),
    "progress": N_("Progress in percent"),
    "role": N_("Role"),
    "email": N_("E-mail address"),
    "kind": N_("Kind"),
    "leads": N_("Lead units"),
    "supports": N_("Supporting units"),
    "mailbox": N_("Mailbox"),
}
VALUES = STATE_LABELS
HIDDEN = frozenset({"ref"})
"""What the entry's first line says already."""
