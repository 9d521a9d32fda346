"""What is cooked: dishes and what is in them, and the weeks they stand in.

The promise on the door is seven days without a repeat, meat and vegetables, coarse and fine
grain. `categories` and `names` say when two dishes are the same dish, `repeats` finds them in a
week, `nutrition` adds up a recipe, `printed` reads menus as other kitchens print them, and
`library` holds the dishes a new canteen begins with (in ``data/``). `rules` lends them all.
A site's own values of `ingredients` win over the shared table; `merging` makes one dish of two;
`guessing_recipes` proposes what a new dish is made of; `ratings` count what diners thought.
"""
