"""A policy document as a form: fields made from what it says, and read back into it.

`kinds` turns one value into text and back, `layout` lays the whole document out in groups
of fields, `restructure` adds, copies and removes its parts. The document stays a plain
tree throughout, so that a draft can be wrong and nothing typed is lost.
"""
