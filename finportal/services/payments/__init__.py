"""Payments through a gateway: offered, begun, learnt about, posted once, taken back, accounted for.

What a page or command needs, each with a `desk.Desk` (database, keys, gateways by name):

- `offers.offers(credit, today)`: what can be paid now, with amounts and choices.
- `starting.start(desk, gateway, wish, around)`: begin an attempt; `Sent.go_to` is where the browser
  goes. InProcess holds a second try back, `Wish.anyway` lets it through (`second_tries`), TooOften
  ends that. `services/quick_lookup.start` is the same for whoever is not signed in.
- `looking.returned(desk, customer_id, reference, around, hint)`: the customer is back, or the page
  asks again; `looking.look` is the same without asking the gateway. Both give a `Result`: the
  attempt (`Seen`) and how its money was applied. Somebody else's reference is UnknownAttempt.
- `public_result.returned(desk, shown, around, hint)`: the same for whoever has the address
  the gateway sends payers back to: state, sum and reference alone.
- `looking.in_process(link, customer_id)`, `looking.past(link, customer_id)`: the lists, and
  `looking.under_way(link, customer_id, loan_number, now)`: what of one credit, or of all, holds
  a second try back.
- `notices.receive(desk, gateway, headers, body, around)`: a notification; all but REFUSED is 200.
- `polling.poll_due(desk, clock, around)`, `notices.judge_waiting(desk, around)`: the worker's part.
- `holding.waiting(session)`, `holding.settle(desk, held_id, decision, around)`: money that does not
  fit, and how a person settles it. `reversing.reverse(…)`: a payment that is taken back.
- `journal_check.check(db)`, `journal_close.close(db, now)`: whether the books hold, and the
  differences of the day.

How a payment enters a credit stands in `posting.py`; which state may follow which in `machine.py`.
Everything that is learnt, by whichever way, goes through `answers.learn`.
"""
