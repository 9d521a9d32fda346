"""Where the money is: accounts and transfers, double entry, append-only, provable.

A transfer moves an amount from the account it credits to the account it debits, in the
accountant's sense: topping up 100 yuan debits the cash box and credits the wallet; a meal
debits the wallet (the diner's part) and each funder (theirs), and credits the takings.
`booking` writes transfers, `reversing` takes them back, `verify` adds them all up again.
"""
