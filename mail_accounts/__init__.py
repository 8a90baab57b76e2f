"""Citizens' mailboxes."""
