"""Pages of the directory: signing in, one's own account, the contacts of a region."""

from . import account, addresses, contacts, imports, kept, links, mails, people, sign_in
from .base import blueprint

__all__ = ["account", "addresses", "blueprint", "contacts", "imports", "kept", "links", "mails", "people", "sign_in"]
