"""What the kitchen makes ready: how many portions, and what to buy for them.

`rules` turns a published week, the portions expected and the recipes into a purchase list;
`queries` reads those facts, among them how many ate on the same weekday of late; `actions` keeps
what a person expects. The week itself belongs to `canteen.menus`.
"""
