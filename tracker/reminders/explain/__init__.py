"""Why a mail about a task came to somebody on a day, or did not: past facts, the rules, and the sentences."""
