"""The workflow of a key task: definitions, the rule table, the commands and their history."""
