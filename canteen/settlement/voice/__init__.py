"""The counter's own voice, for devices that have none: sounds made once, at install.

A sentence is said by laying short clips one after the other. The words of `phrases` are either
spoken by people of the canteen (`recordings`) or by a synthesiser of the server (`synthesis`),
and put into one file of the data folder (`pack`) that every counter takes along. What is said
is cut from the very sentence that is shown (`static/js/settlement/clips.js`), so that ear and
eye cannot be told different amounts.
"""
