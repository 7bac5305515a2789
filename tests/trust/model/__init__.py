"""The workflow against a book that a clerk would keep by hand: any acts, in any order, by several people."""
