"""The draft while people check it: the stored shape, and every change that the check page can make to it.

Pure: a function takes the stored draft and changes it in place; ``intake.commands`` gives it a copy and keeps it.
"""
